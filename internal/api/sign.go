package api

import (
	"encoding/json"
	"maps"
	"reflect"
	"strings"

	"clew/internal/app"

	"github.com/danielgtaylor/huma/v2"
)

// signable describes a draft to which a signature may be added.
func (s *server) signable(draft any) *huma.Schema {
	registry, t := s.huma.OpenAPI().Components.Schemas, reflect.TypeOf(draft)
	schema := *registry.Schema(t, false, "")
	schema.Properties = maps.Clone(schema.Properties)
	schema.Properties["signature"] = &huma.Schema{Ref: s.schemaOf(app.SignatureGiven{}).Ref,
		Description: "Who signs shows again who they are. The settings say what needs it, and signature_required refuses what lacks it."}
	name := "Signed" + t.Name()
	registry.Map()[name] = &schema
	return &huma.Schema{Ref: "#/components/schemas/" + name}
}

// cutSignature takes the member signature out of a body, so that what is recorded, hashed or kept of the request never holds a password.
// A body that is no JSON object comes back as it is, for the decoder to say what is wrong with it.
func cutSignature(text string) (rest string, given *app.SignatureGiven, err error) {
	if !strings.Contains(text, `"signature"`) {
		return text, nil, nil
	}
	d := json.NewDecoder(strings.NewReader(text))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return text, nil, nil
	}
	var members []string
	for d.More() {
		name, err := d.Token()
		var value json.RawMessage
		if err == nil {
			err = d.Decode(&value)
		}
		if err != nil {
			return text, nil, nil
		}
		if name != "signature" {
			key, _ := json.Marshal(name) // it was read from JSON
			members = append(members, string(key)+":"+string(value))
			continue
		}
		if given != nil {
			return "", nil, malformedf("signature", "it is given twice")
		}
		given = &app.SignatureGiven{}
		if err := decode(string(value), given); err != nil {
			return "", nil, at("signature", err)
		}
	}
	if given == nil {
		return text, nil, nil // it is a word in a text, or deeper inside
	}
	if _, err := d.Token(); err != nil {
		return text, nil, nil
	}
	tail := text[d.InputOffset():]
	return "{" + strings.Join(members, ",") + "}" + tail, given, nil
}
