package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"

	"clew/internal/api"
	"clew/internal/app"
	"clew/internal/stock"
)

type userCommand struct {
	Add      userAddCommand      `cmd:"" help:"Make a user, with roles and a password for the first sign-in."`
	List     userListCommand     `cmd:"" help:"List users, with what they may do."`
	Disable  userDisableCommand  `cmd:"" help:"End all that a user may do, at once."`
	Enable   userEnableCommand   `cmd:"" help:"Let a user in again."`
	Grant    userGrantCommand    `cmd:"" help:"Give a user a role, at a site or at all."`
	Revoke   userRevokeCommand   `cmd:"" help:"Take a role away from a user."`
	Password userPasswordCommand `cmd:"" help:"Give a user a password, which ends all sessions of the user."`
	Badge    userBadgeCommand    `cmd:"" help:"Give a user a badge for stations: the text of the symbol to print."`
	Forget   userForgetCommand   `cmd:"" help:"Take away what a user is known by, such as the one-time codes of a lost phone."`
}

// roleAt reads ROLE or ROLE@SITE.
func roleAt(user, text string) stock.GrantDraft {
	role, site, _ := strings.Cut(text, "@")
	return stock.GrantDraft{User: user, Role: role, Site: site}
}

type userAddCommand struct {
	FullName string   `help:"The person's name." placeholder:"TEXT"`
	Role     []string `help:"viewer, operator, supervisor, quality or administrator, at all sites, or at one as operator@MAIN." placeholder:"ROLE[@SITE]"`
	Stdin    bool     `help:"Read the password from standard input, in the place of one that is drawn for the first sign-in."`
	Nobody   bool     `help:"No password: a program, which has API keys." name:"no-password"`
	Name     string   `arg:"" help:"By which the user signs in."`
}

// Run makes a user, gives roles and a password.
func (cmd *userAddCommand) Run(s *session) error {
	password, err := passwordOf(s, cmd.Stdin)
	if err != nil {
		return err
	}
	c, err := s.reach(true)
	if err != nil {
		return err
	}
	d := stock.UserDraft{Name: cmd.Name}
	if cmd.FullName != "" {
		d.FullName = &cmd.FullName
	}
	if err := c.send("POST", "/v1/users", d, nil); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "user %s\n", cmd.Name)
	for _, role := range cmd.Role {
		if err := c.send("POST", "/v1/grants", roleAt(cmd.Name, role), nil); err != nil {
			return fmt.Errorf("the user is made, but without role %s: %w", role, err)
		}
		fmt.Fprintf(s.out, "role %s\n", role)
	}
	if cmd.Nobody {
		return nil
	}
	return c.setPassword(s.out, cmd.Name, password)
}

// passwordOf is the first line of standard input, where the password is there.
func passwordOf(s *session, stdin bool) (string, error) {
	if !stdin {
		return "", nil
	}
	line, err := bufio.NewReader(s.in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	if line = strings.TrimRight(line, "\r\n"); line == "" {
		return "", errors.New("there is no password on standard input")
	}
	return line, nil
}

func (c *client) setPassword(out io.Writer, name, password string) error {
	var drawn api.PasswordDrawn
	if err := c.send("POST", "/v1/users/"+url.PathEscape(name)+"/password", api.PasswordSet{Password: password}, &drawn); err != nil {
		return err
	}
	if drawn.Password != "" {
		fmt.Fprintf(out, "password %s (for the first sign-in, within a week)\n", drawn.Password)
	}
	return nil
}

// send sends a value and reads the answer into another, unless that is nil.
func (c *client) send(method, path string, value, into any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	body, err := c.do(method, path, nil, bytes.NewReader(text))
	if err != nil {
		return err
	}
	defer body.Close()
	if into == nil {
		_, err = io.Copy(io.Discard, body)
		return err
	}
	return json.NewDecoder(body).Decode(into)
}

type userListCommand struct {
	reading
	Like string `help:"Part of the name." placeholder:"TEXT"`
}

// Run lists users by name.
func (cmd *userListCommand) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	query := queryOf("like", cmd.Like)
	if cmd.JSON {
		list := &listWriter{w: s.out}
		if err := pages(c, "/v1/users", query, func(u app.User) error { return list.add(u) }); err != nil {
			return err
		}
		return list.end()
	}
	t := newTable(s.out, "USER", "STATE", "ROLES", "KNOWN BY", "NAME")
	err = pages(c, "/v1/users", query, func(u app.User) error {
		state := "active"
		if !u.Active {
			state = "disabled"
		}
		var roles []string
		for _, g := range u.Grants {
			role := g.Role
			if g.Site != "" {
				role += "@" + g.Site
			}
			roles = append(roles, role)
		}
		t.row(cell(u.Name), state, cell(strings.Join(roles, ", ")), cell(strings.Join(u.KnownBy, ", ")), cell(u.FullName))
		return nil
	})
	if err != nil {
		return err
	}
	return t.end()
}

type userDisableCommand struct {
	Name string `arg:""`
}

// Run ends all that a user may do.
func (cmd *userDisableCommand) Run(s *session) error { return setActive(s, cmd.Name, false) }

type userEnableCommand struct {
	Name string `arg:""`
}

// Run lets a user in again.
func (cmd *userEnableCommand) Run(s *session) error { return setActive(s, cmd.Name, true) }

func setActive(s *session, name string, active bool) error {
	w := writing{}
	return w.patch(s, "/v1/users/"+url.PathEscape(name), struct {
		Active bool `json:"active"`
	}{active})
}

type userGrantCommand struct {
	Name string `arg:""`
	Role string `arg:"" name:"role[@site]" help:"viewer, operator, supervisor, quality or administrator, at all sites, or at one as operator@MAIN."`
}

// Run gives a role.
func (cmd *userGrantCommand) Run(s *session) error {
	w := writing{}
	return w.send(s, "/v1/grants", roleAt(cmd.Name, cmd.Role))
}

type userRevokeCommand struct {
	Name string `arg:""`
	Role string `arg:"" name:"role[@site]" help:"As it was given: operator for that at all sites, operator@MAIN for that at one."`
}

// Run takes a role away.
func (cmd *userRevokeCommand) Run(s *session) error {
	w := writing{}
	grant := roleAt(cmd.Name, cmd.Role)
	grant.Active = new(bool)
	return w.send(s, "/v1/grants", grant)
}

type userPasswordCommand struct {
	Stdin bool   `help:"Read it from standard input, in the place of one that is drawn for the first sign-in."`
	Name  string `arg:""`
}

// Run gives a user a password.
func (cmd *userPasswordCommand) Run(s *session) error {
	password, err := passwordOf(s, cmd.Stdin)
	if err != nil {
		return err
	}
	c, err := s.client()
	if err != nil {
		return err
	}
	return c.setPassword(s.out, cmd.Name, password)
}

type userBadgeCommand struct {
	Name string `arg:""`
}

// Run gives a user a badge.
func (cmd *userBadgeCommand) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	var drawn api.BadgeDrawn
	if err := c.send("POST", "/v1/users/"+url.PathEscape(cmd.Name)+"/badge", struct{}{}, &drawn); err != nil {
		return err
	}
	_, err = fmt.Fprintln(s.out, drawn.Badge)
	return err
}

type userForgetCommand struct {
	Name string `arg:""`
	What string `arg:"" help:"${enum}" enum:"password,one_time_codes,pin,badge"`
}

// Run takes away what a user is known by.
func (cmd *userForgetCommand) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	return c.send("POST", "/v1/users/"+url.PathEscape(cmd.Name)+"/forget", struct {
		Sort string `json:"sort"`
	}{cmd.What}, nil)
}
