package app

import (
	"context"
	"slices"

	"clew/internal/auth"
	"clew/internal/stock"
)

// Settings are what the organisation decided about how Clew works.
type Settings struct {
	Sign         []string  `json:"sign" doc:"Acts that need a signature: release, override, close."`
	ReasonFor    []string  `json:"reason_for" doc:"Kinds of entries that need a reason."`
	SecondFactor string    `json:"second_factor" doc:"Who has to sign in with one-time codes: none, privileged, all."`
	All          []Setting `json:"settings" doc:"All settings that there are, with what they mean."`
}

// Setting is one setting as it stands.
type Setting struct {
	Setting string   `json:"setting"`
	Means   string   `json:"means"`
	Many    bool     `json:"many,omitempty" doc:"Its value is a list of the words; otherwise one of them."`
	Words   []string `json:"words" doc:"What may be said."`
	Value   []string `json:"value"`
	Usual   []string `json:"usual" doc:"What it is until it is set."`
	Entry   int64    `json:"entry,omitempty" doc:"The entry that changed it last; none where it was never set."`
}

// Settings shows all settings.
func (a *App) Settings(ctx context.Context) (Settings, error) {
	values, by, err := a.Store.Settings(ctx)
	if err != nil {
		return Settings{}, err
	}
	words := func(code string) []string { return append([]string{}, values.Words(code)...) }
	out := Settings{Sign: words(stock.SettingSign), ReasonFor: words(stock.SettingReason), SecondFactor: values.Of(stock.SettingSecondFactor)}
	for _, k := range stock.KnownSettings {
		out.All = append(out.All, Setting{Setting: k.Code, Means: k.Means, Many: k.Many, Words: k.Words, Value: words(k.Code),
			Usual: append([]string{}, stock.Settings{}.Words(k.Code)...), Entry: by[k.Code]})
	}
	return out, nil
}

func viewSettings(list []stock.Setting) map[string]string {
	if len(list) == 0 {
		return nil
	}
	out := map[string]string{}
	for _, v := range list {
		out[v.Code] = v.Value
	}
	return out
}

// enrolling reports whether a person has to set up one-time codes before anything else, as the settings demand them.
func (a *App) enrolling(ctx context.Context, who *auth.Principal) (bool, error) {
	values, _, err := a.Store.Settings(ctx)
	if err != nil {
		return false, err
	}
	switch values.Of(stock.SettingSecondFactor) {
	case stock.FactorNone:
		return false, nil
	case stock.FactorPrivileged:
		if !who.Privileged() {
			return false, nil
		}
	}
	known, err := a.Store.CredentialsOf(ctx, who.User)
	return !slices.ContainsFunc(known, func(c *stock.Credential) bool { return c.Sort == stock.OneTime }), err
}
