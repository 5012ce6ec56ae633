package main

import (
	"fmt"
	"strconv"
	"strings"

	"clew/internal/app"
	"clew/internal/stock"
)

type settingCommand struct {
	Show    settingShowCommand    `cmd:"" default:"1" help:"Show the settings of the organisation."`
	Set     settingSetCommand     `cmd:"" help:"Change one."`
	History settingHistoryCommand `cmd:"" help:"Show who changed one, when, old, new and why."`
}

type settingShowCommand struct{ reading }

// Run shows the settings.
func (cmd *settingShowCommand) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	if cmd.JSON {
		body, err := c.do("GET", "/v1/settings", nil, nil)
		if err != nil {
			return err
		}
		return copyJSON(s.out, body)
	}
	var v app.Settings
	if err := c.get("/v1/settings", nil, &v); err != nil {
		return err
	}
	t := newTable(s.out, "SETTING", "VALUE", "ENTRY", "MEANS")
	for _, row := range v.All {
		by := ""
		if row.Entry != 0 {
			by = strconv.FormatInt(row.Entry, 10)
		}
		t.row(row.Setting, strings.Join(row.Value, ","), by, row.Means)
	}
	return t.end()
}

type settingSetCommand struct {
	reading
	Setting string `arg:"" help:"Which, as clew setting lists them."`
	Value   string `arg:"" optional:"" help:"A word, or words with commas between; nothing empties a list."`
	Reason  string `help:"Why." placeholder:"TEXT"`
	Key     string `help:"Key of the call, for safe repeats." placeholder:"KEY"`
}

// Run changes a setting.
func (cmd *settingSetCommand) Run(s *session) error {
	d := stock.SettingDraft{Reason: cmd.Reason}
	list := strings.FieldsFunc(cmd.Value, func(r rune) bool { return r == ',' || r == ' ' })
	if list == nil {
		list = []string{}
	}
	switch cmd.Setting {
	case stock.SettingSign:
		d.Sign = &list
	case stock.SettingReason:
		d.ReasonFor = &list
	case stock.SettingSecondFactor:
		d.SecondFactor = &cmd.Value
	default:
		return fmt.Errorf("%w: there is no setting %q: clew setting lists them", errUsage, cmd.Setting)
	}
	w := writing{reading: cmd.reading, Key: cmd.Key}
	return w.patch(s, "/v1/settings", d)
}

type settingHistoryCommand struct {
	reading
	Setting string `arg:"" help:"Which, as clew setting lists them."`
}

// Run shows who changed a setting.
func (cmd *settingHistoryCommand) Run(s *session) error {
	a := auditChangesCommand{reading: cmd.reading, Thing: "setting:" + cmd.Setting, Limit: 1000}
	return a.Run(s)
}
