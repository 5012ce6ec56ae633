package store

import (
	"slices"
	"testing"
	"time"

	"clew/internal/stock"
)

// staffed is a ledger with people, keys and stations, some of which were changed and taken away since, and a review of who may do what.
// It answers the entries of a user's role that stands, of one that was taken away later, and of the review.
func staffed(t testing.TB, s *Store) (given, taken, review int64) {
	t.Helper()
	ok(t, s, &stock.SiteDraft{Code: "MAIN"}, &stock.SiteDraft{Code: "EAST"}, &stock.UserDraft{Name: "amelia", FullName: p("Amelia Kern")}, &stock.UserDraft{Name: "boris"}, &stock.UserDraft{Name: "gone"})
	made := ok(t, s, &stock.GrantDraft{User: "amelia", Role: "administrator"}, &stock.GrantDraft{User: "boris", Role: "operator", Site: "MAIN"})
	given, taken = made[0], made[1]
	ok(t, s, &stock.APIKeyDraft{User: "boris", Name: p("shop"), Scopes: []string{"read", "move"}, Sites: []string{"MAIN"}, Code: "shopshop", Hash: "h1"},
		&stock.CredentialDraft{User: "amelia", Sort: stock.Password, Secret: []string{"h2"}}, &stock.CredentialDraft{User: "boris", Sort: stock.PIN, Secret: []string{"h3"}},
		&stock.StationDraft{Name: "dock 1", Site: p("MAIN"), Hash: "h4"})
	review = ok(t, s, &stock.ReviewDraft{Revoke: []int64{taken}, Note: "he moved to the office"})[0]
	ok(t, s, &stock.GrantDraft{User: "boris", Role: "operator", Site: "MAIN", Active: p(false)}, &stock.GrantDraft{User: "boris", Role: "viewer"}, &stock.UserDraft{Name: "gone", Active: p(false)},
		&stock.CredentialDraft{User: "boris", Sort: stock.PIN}, &stock.UserDraft{Name: "amelia", FullName: p("Amelia Kern-Maro")})
	return given, taken, review
}

// TestReview: a review is of the list as it stood, names rights that were on it, and is read as it was recorded.
func TestReview(t *testing.T) {
	onEngines(t, func(t *testing.T, db *testbed) {
		s := mustOpen(t, db)
		given, taken, review := staffed(t, s)
		for _, d := range []*stock.ReviewDraft{{Revoke: []int64{taken}}, {Revoke: []int64{1}}, {Right: &[]int64{given, given}}, {Right: &[]int64{given}, Revoke: []int64{given}}, {Known: given - 1, Moment: 1, Revoke: []int64{given}}} {
			out, err := s.Post(t.Context(), drafts(d)...)
			if err != nil {
				t.Fatal(err)
			}
			refused(t, out[0], stock.CodeInvalidValue)
		}
		second := ok(t, s, &stock.ReviewDraft{Known: taken, Moment: s.Now(), Right: &[]int64{taken, given}})[0]
		rows, err := s.Reviews(t.Context(), 0, 10)
		if err != nil || len(rows) != 2 || rows[0].ID != second || rows[1].ID != review {
			t.Fatal(rows, err)
		}
		if v := rows[0].Review; v.Known != taken || v.Rest || !slices.Equal(v.Judgements, []stock.Judgement{{Given: given}, {Given: taken}}) {
			t.Errorf("%+v", v)
		}
		if v := rows[1].Review; v.Known != review-1 || !v.Rest || !slices.Equal(v.Judgements, []stock.Judgement{{Given: taken, Revoke: true}}) || rows[1].Note == "" {
			t.Errorf("%+v", v)
		}
		if n, err := s.RightsChanged(t.Context(), [][2]int64{{0, review}, {review, second}, {second, second}}); err != nil || !slices.Equal(n, []int64{9, 5, 0}) {
			t.Error(n, err)
		}
		later, now, err := s.RightsStanding(t.Context(), 0)
		if err != nil || later[taken] == 0 || later[given] != 0 {
			t.Error(later, err)
		}
		_, then, err := s.RightsStanding(t.Context(), review)
		if err != nil || len(then) != 9 || len(now) != 10 {
			t.Error(len(then), len(now), err)
		}
		for _, right := range then {
			if right.Entry > review || !right.Active {
				t.Errorf("%+v", right)
			}
		}
		isWhole(t, s)
		s.Close()
		isWhole(t, mustOpen(t, db))
	})
}

// TestPeople_Faults: whoever changes past the ledger who may do what, lets somebody in, or changes what was found of it, is found.
func TestPeople_Faults(t *testing.T) {
	notRaced(t)
	onEngines(t, func(t *testing.T, db *testbed) {
		s := mustOpen(t, db)
		staffed(t, s)
		amelia, err := s.User(t.Context(), "amelia")
		if err != nil {
			t.Fatal(err)
		}
		now := s.Now()
		if err := s.AddSession(t.Context(), &Session{ID: 5, Hash: "s1", User: amelia.ID, MadeAt: now, SeenAt: now, Idle: stock.Time(time.Hour.Milliseconds()), Until: now + stock.Time(time.Hour.Milliseconds()), Way: "password"}); err != nil {
			t.Fatal(err)
		}
		isWhole(t, s)
		s.Close()
		for _, f := range []struct{ name, statement, check string }{
			{"user renamed", `UPDATE users SET name = 'amelie' WHERE name = 'amelia'`, "name"},
			{"user found by another name", `UPDATE users SET folded = 'eve' WHERE name = 'amelia'`, "name"},
			{"user's full name", `UPDATE users SET full_name = 'Eve' WHERE name = 'amelia'`, "name"},
			{"user let in again", `UPDATE users SET active = 1 WHERE name = 'gone'`, "leaf"},
			{"user shut out", `UPDATE users SET active = 0 WHERE name = 'boris'`, "leaf"},
			{"user as an entry before made it", `UPDATE users SET entry = entry - 1 WHERE name = 'amelia'`, "row"},
			{"user deleted", `DELETE FROM users WHERE name = 'gone'`, "row"},
			{"user added", `INSERT INTO users VALUES (999, 3, 'eve', 'eve', '', 1)`, "stray"},
			{"another role", `UPDATE user_grant SET role = 'administrator' WHERE role = 'viewer'`, "leaf"},
			{"role at all sites", `UPDATE user_grant SET site = 0 WHERE site > 0`, "leaf"},
			{"another's role", `UPDATE user_grant SET holder = holder + 1 WHERE role = 'administrator'`, "leaf"},
			{"role given again", `UPDATE user_grant SET active = 1 WHERE role = 'operator'`, "leaf"},
			{"role taken away", `UPDATE user_grant SET active = 0 WHERE role = 'administrator'`, "leaf"},
			{"role deleted", `DELETE FROM user_grant WHERE role = 'viewer'`, "row"},
			{"role added", `INSERT INTO user_grant SELECT 999, entry, holder, 'administrator', 0, 1 FROM user_grant WHERE role = 'viewer'`, "stray"},
			{"key's scopes", `UPDATE api_key SET scopes = 'move people read'`, "leaf"},
			{"key's sites", `UPDATE api_key SET sites = ''`, "leaf"},
			{"key's user", `UPDATE api_key SET holder = (SELECT id FROM users WHERE name = 'amelia')`, "leaf"},
			{"key's expiry", `UPDATE api_key SET expires = expires + 1`, "leaf"},
			{"key's code", `UPDATE api_key SET code = 'evileve2'`, "leaf"},
			{"key revoked", `UPDATE api_key SET active = 0`, "leaf"},
			{"key deleted", `DELETE FROM api_key`, "row"},
			{"key added", `INSERT INTO api_key SELECT 999, entry, holder, 'evileve2', name, scopes, sites, expires, active FROM api_key`, "stray"},
			{"another is known by it", `UPDATE credential SET holder = (SELECT id FROM users WHERE name = 'gone') WHERE sort = 'password'`, "leaf"},
			{"a PIN that was taken away", `UPDATE credential SET active = 1 WHERE sort = 'pin'`, "leaf"},
			{"known by a badge", `UPDATE credential SET sort = 'badge' WHERE sort = 'password'`, "leaf"},
			{"credential added", `INSERT INTO credential SELECT 999, entry, holder, 'badge', 1 FROM credential WHERE sort = 'password'`, "stray"},
			{"station elsewhere", `UPDATE station SET site = 0`, "leaf"},
			{"station renamed", `UPDATE station SET name = 'dock 2'`, "leaf"},
			{"station put away", `UPDATE station SET active = 0`, "leaf"},
			{"secret of what is not active", `INSERT INTO secret SELECT id, 0, 'spy', 0, 0 FROM credential WHERE sort = 'pin'`, "stray"},
			{"session of somebody disabled", `UPDATE session SET holder = (SELECT id FROM users WHERE name = 'gone')`, "stray"},
			{"session at no station", `UPDATE session SET station = 999`, "stray"},
			{"review of another moment", `UPDATE review SET as_at = as_at - 1`, "leaf"},
			{"review of another list", `UPDATE review SET known = known - 1`, "leaf"},
			{"review of a list to come", `UPDATE review SET known = 9999`, "review"},
			{"review of what was named only", `UPDATE review SET rest = 0`, "leaf"},
			{"review deleted", `DELETE FROM review`, "review"},
			{"review added", `INSERT INTO review VALUES (3, 1, 2, 1)`, "review"},
			{"found right instead", `UPDATE judgement SET revoke = 0`, "leaf"},
			{"found of another right", `UPDATE judgement SET given = given - 1`, "leaf"},
			{"found of no right", `UPDATE judgement SET given = 1`, "review"},
			{"judgement deleted", `DELETE FROM judgement`, "leaf"},
			{"judgement added", `INSERT INTO judgement VALUES (3, 1, 1)`, "stray"},
		} {
			t.Run(f.name, func(t *testing.T) {
				broken := db.copy(t)
				broken.tamper(t, f.statement)
				s := mustOpen(t, broken)
				report, err := s.Verify(t.Context(), nil)
				if err != nil {
					t.Fatal(err)
				}
				if !slices.ContainsFunc(report.Problems, func(p Problem) bool { return p.Check == f.check }) {
					t.Errorf("not found by %s: %v", f.check, report.Problems)
				}
				s.Close()
			})
		}
	})
}

// TestLastUses: when people, keys and stations were used last is told beside the log.
func TestLastUses(t *testing.T) {
	onEngines(t, func(t *testing.T, db *testbed) {
		s := mustOpen(t, db)
		staffed(t, s)
		amelia, _ := s.User(t.Context(), "amelia")
		station, _ := s.Station(t.Context(), "dock 1")
		at := s.Now()
		hour := stock.Time(time.Hour.Milliseconds())
		if err := s.AddSession(t.Context(), &Session{ID: 7, Hash: "s", User: amelia.ID, Station: station.ID, MadeAt: at, SeenAt: at, Idle: hour, Until: at + hour, Way: "pin"}); err != nil {
			t.Fatal(err)
		}
		if err := s.SawSessions(t.Context(), map[int64]stock.Time{7: at + 5}, map[int64]stock.Time{amelia.ID: at + 5}); err != nil {
			t.Fatal(err)
		}
		uses, err := s.LastUses(t.Context(), []int64{amelia.ID, station.ID, 12345})
		if err != nil || uses[amelia.ID] != at+5 || uses[station.ID] != at || len(uses) != 2 {
			t.Error(uses, err)
		}
	})
}
