package frontend

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"html/template"
	"image"
	"image/color"
	"image/png"

	"rsc.io/qr/coding"
)

// modules is the width of a version 1 code; quiet is the white border that
// readers ask for; pixel is the size of a module on the picture.
const (
	modules = 21
	quiet   = 4
	pixel   = 8
)

// qrURL draws the 32 digits of a receipt, and nothing else, as a QR code in a
// data URL: version 1, level M, numeric, mask 0, so that the server and the
// browser draw the same picture. It is a PNG, because Tor Browser's strictest
// mode shows no SVG.
func qrURL(digits string) (template.URL, error) {
	code, err := matrix(digits)
	if err != nil {
		return "", err
	}
	const width = (modules + 2*quiet) * pixel
	picture := image.NewPaletted(image.Rect(0, 0, width, width), color.Palette{color.White, color.Black})
	for y := range width {
		for x := range width {
			if code.Black(x/pixel-quiet, y/pixel-quiet) {
				picture.SetColorIndex(x, y, 1)
			}
		}
	}
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&out, picture); err != nil {
		return "", fmt.Errorf("drawing a code: %w", err)
	}
	// The digits and our own base64: nothing in it is anybody's input.
	return template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(out.Bytes())), nil //nolint:gosec // see above
}

// matrix is the code's pattern of dark and light modules.
func matrix(digits string) (*coding.Code, error) {
	if len(digits) != 32 {
		return nil, fmt.Errorf("drawing a code: want 32 digits, got %d", len(digits))
	}
	plan, err := coding.NewPlan(1, coding.M, 0)
	if err != nil {
		return nil, fmt.Errorf("drawing a code: %w", err)
	}
	code, err := plan.Encode(coding.Num(digits))
	if err != nil {
		return nil, fmt.Errorf("drawing a code: %w", err)
	}
	return code, nil
}
