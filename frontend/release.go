package frontend

import (
	"maps"
	"slices"
)

// AssetNames lists the files that pages may load, by their names below /assets/,
// in order. Whoever compares a live site with a release asks for each of them.
func (r *Renderer) AssetNames() []string {
	return slices.Sorted(maps.Keys(r.assets.files))
}
