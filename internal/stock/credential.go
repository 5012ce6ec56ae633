package stock

// CredentialSort is a way in which a user is known.
type CredentialSort string

// The ways in which users are known. A PIN and a badge are good at a station only.
const (
	Password CredentialSort = "password"
	OneTime  CredentialSort = "one_time_codes"
	Recovery CredentialSort = "recovery_codes"
	PIN      CredentialSort = "pin"
	Badge    CredentialSort = "badge"
)

// CredentialKey tells credentials apart: a user has one of each sort.
type CredentialKey struct {
	User int64
	Sort CredentialSort
}

// Credential says that a user is known in some way. What the password, the PIN or the codes are lies beside the log.
type Credential struct {
	ID     int64
	Entry  int64
	User   int64
	Sort   CredentialSort
	Active bool

	Secret []string // what is kept of it when it is set: in no leaf
	Until  Time     // a password for the first sign-in is good until then
}

func (c *Credential) key() CredentialKey { return CredentialKey{c.User, c.Sort} }

// CredentialDraft sets what a user is known by, or takes it away where there is no secret.
type CredentialDraft struct {
	User   string
	Sort   CredentialSort
	Secret []string // hashes, or the shared secret of one-time codes: never part of the entry
	Until  Time
}

func (d *CredentialDraft) kind() Kind { return KindCredential }

func (d *CredentialDraft) needs(n *Needs) { n.User(d.User) }

func (d *CredentialDraft) decide(s *State, e *Entry) *Error {
	u, err := s.user("user", d.User)
	if err != nil {
		return err
	}
	next := Credential{User: u.ID, Sort: d.Sort, Active: len(d.Secret) > 0, Secret: d.Secret, Until: d.Until}
	old := s.Credentials[next.key()]
	switch {
	case next.Active && !u.Active:
		return Errorf(Conflict, CodeNotActive, "user", "user %s is not active", u.Name)
	case !next.Active && (old == nil || !old.Active):
		if old == nil {
			return Errorf(NotFound, CodeInvalidValue, "user", "%s has none", u.Name)
		}
		e.Unchanged(old.Entry)
		return nil
	case old != nil:
		next.ID = old.ID
	default:
		next.ID = s.takeMaster()
	}
	next.Entry = e.ID
	put(s, s.Credentials, next.key(), &next)
	e.Credential = &next
	return nil
}
