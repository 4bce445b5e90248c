package caseweb

import _ "embed" // the description of the calls

// openAPI is the description of the calls that the office's site serves and the
// console's types are made from.
//
//go:embed openapi.json
var openAPI []byte

//go:generate go run ./apigen openapi.json ../../frontend/src/shared/api.ts
