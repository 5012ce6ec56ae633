package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"clew/internal/app"
	"clew/internal/stock"

	"golang.org/x/term"
)

// signing is what commands have in common whose entries may need a signature.
type signing struct {
	Sign bool `help:"Sign it as the actor, who is asked for the password, and for a one-time code: on the terminal, which does not show them, or from standard input, a line each."`
}

// sign adds a signature to a draft, if one is asked for.
func (g *signing) sign(s *session, draft any, meaning stock.Meaning) (any, error) {
	if !g.Sign {
		return draft, nil
	}
	body, err := json.Marshal(draft)
	if err != nil {
		return nil, err
	}
	given := app.SignatureGiven{User: s.who(), Meaning: meaning.String()}
	if given.Password, given.Code, err = s.secrets(given); err != nil {
		return nil, err
	}
	members := map[string]json.RawMessage{}
	if err := json.Unmarshal(body, &members); err != nil {
		return nil, fmt.Errorf("only a JSON object can be signed: %w", err)
	}
	members["signature"], err = json.Marshal(given)
	return members, err
}

// secrets asks for what a person shows who signs.
func (s *session) secrets(g app.SignatureGiven) (password, code string, err error) {
	if f, ok := s.in.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		fmt.Fprintf(s.errs, "%s signs with the meaning %s. Password: ", g.User, g.Meaning)
		secret, err := term.ReadPassword(int(f.Fd()))
		fmt.Fprintf(s.errs, "\nOne-time code (empty if %s has none): ", g.User)
		if err != nil {
			return "", "", err
		}
		second, err := term.ReadPassword(int(f.Fd()))
		fmt.Fprintln(s.errs)
		return string(secret), strings.TrimSpace(string(second)), err
	}
	lines := bufio.NewReader(s.in)
	if password, err = lines.ReadString('\n'); err == nil {
		code, err = lines.ReadString('\n')
	}
	if err == io.EOF {
		err = nil
	}
	return strings.TrimRight(password, "\r\n"), strings.TrimSpace(code), err
}
