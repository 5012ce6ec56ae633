package pgtest

import (
	"os/exec"
	"path/filepath"
	"strconv"
)

// oldest is the PostgreSQL that Clew wants at least.
const oldest = 15

// binaries finds the folder with PostgreSQL's programs: that of PATH, else the newest that Debian's packages installed.
func binaries() string {
	if found, err := exec.LookPath("postgres"); err == nil {
		if real, err := filepath.EvalSymlinks(found); err == nil && has(filepath.Dir(real)) {
			return filepath.Dir(real)
		}
	}
	best, newest := "", 0
	folders, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	for _, folder := range folders {
		version, err := strconv.Atoi(filepath.Base(filepath.Dir(folder)))
		if err == nil && version > newest && has(folder) {
			best, newest = folder, version
		}
	}
	return best
}

// has says whether a folder holds what a server and its standby need.
func has(folder string) bool {
	for _, program := range []string{"postgres", "initdb", "pg_basebackup"} {
		if _, err := exec.LookPath(filepath.Join(folder, program)); err != nil {
			return false
		}
	}
	return true
}

// pgbouncer finds PgBouncer, which Debian installs where the PATH of ordinary users does not look.
func pgbouncer() string {
	for _, name := range []string{"pgbouncer", "/usr/sbin/pgbouncer"} {
		if found, err := exec.LookPath(name); err == nil {
			return found
		}
	}
	return ""
}

// Missing says what has to be installed before a server can be started here; nothing is missing if it is empty.
func Missing() string {
	if binaries() == "" {
		return "PostgreSQL " + strconv.Itoa(oldest) + " or later: no postgres, initdb and pg_basebackup in PATH or " +
			"/usr/lib/postgresql/*/bin (Debian: postgresql)"
	}
	if _, err := ordinary(); err != nil {
		return err.Error()
	}
	return ""
}

// MissingPgBouncer says what has to be installed before a server can be put behind PgBouncer.
func MissingPgBouncer() string {
	if pgbouncer() == "" {
		return "PgBouncer: no pgbouncer in PATH or /usr/sbin (Debian: pgbouncer)"
	}
	return ""
}
