// Clew keeps account of goods: what came in, what was made of it, where it went.
//
// Package main is the command line. It only wires: every command speaks to the API's handler, in this process or, when a
// server already runs on the same data, through its socket. Start at commands, then at session.client in session.go.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	_ "time/tzdata" // sites have time zones, also on machines that know none

	"github.com/alecthomas/kong"
)

// version is stamped by the build.
var version = "dev"

// The exit codes: what was asked was done; it was refused or failed; it was not understood.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// commands is the whole command line.
type commands struct {
	Data      string `help:"Folder of the ledger." default:"./data" env:"CLEW_DATA" type:"path" placeholder:"DIR"`
	DB        string `help:"PostgreSQL database, in the place of a ledger in the folder: postgres://… The folder then holds files that are being worked on." name:"db" env:"CLEW_DB" placeholder:"URL"`
	DBRead    string `help:"Replica of that database, for traces, lists and exports. It is asked when it shows all that this server recorded." name:"db-read" env:"CLEW_DB_READ" placeholder:"URL"`
	Org       string `help:"Organisation in that database." default:"default" env:"CLEW_ORG" placeholder:"NAME"`
	Ephemeral bool   `help:"Take a folder in memory or on a network, or a database without fsync: what was recorded may get lost." env:"CLEW_EPHEMERAL"`
	LogKey    string `help:"File with the key that signs the log; log.key in the folder of the ledger when left out. Servers of one database share the key." name:"log-key" env:"CLEW_LOG_KEY" type:"path" placeholder:"FILE"`
	Actor     string `help:"Who records. By default the user of the operating system." env:"CLEW_ACTOR" placeholder:"NAME"`

	Serve    serveCommand    `cmd:"" help:"Serve the API on this machine."`
	Demo     demoCommand     `cmd:"" help:"Make a year of believable business in an empty ledger, with stories to trace."`
	Import   importCommand   `cmd:"" help:"Record the rows of a CSV file or an Excel workbook."`
	Export   exportCommand   `cmd:"" help:"Write a CSV file or an Excel workbook that import reads."`
	Template templateCommand `cmd:"" help:"Write an empty file for import, with what its columns mean."`
	Post     postCommand     `cmd:"" help:"Record movements or master data from JSON."`
	Correct  correctCommand  `cmd:"" help:"Put right a lot code, a date, a source or a serial number that was found wrong."`
	Track    trackCommand    `cmd:"" help:"Change how goods of a product are told apart: by nothing, by lot, or unit by unit."`
	Classify classifyCommand `cmd:"" help:"Rank products by the value that moved, propose how each is told apart, and accept that."`
	Started  startedCommand  `cmd:"" help:"Show how far the steps of getting started are, or mark one as done or skipped."`
	Shown    shownCommand    `cmd:"" help:"Show what users were shown of how things are done here, or record it."`
	Coverage coverageCommand `cmd:"" help:"Show what share of the movements of tracked products was scanned, and what is missing."`
	Stock    stockCommand    `cmd:"" help:"Show what is on hand."`
	Value    valueCommand    `cmd:"" help:"Show what stock was worth at the end of a month or a day."`
	Close    closeCommand    `cmd:"" help:"Close the books up to a day: what comes later for a day in them needs a reason."`
	Closings closingsCommand `cmd:"" help:"List which books were closed, and what came late into them."`
	Search   searchCommand   `cmd:"" help:"Find anything by the beginning of its code, by words of its name, or by a barcode."`
	Trace    traceCommand    `cmd:"" help:"Show where goods came from and where they went."`
	History  historyCommand  `cmd:"" help:"Show all that happened to a lot or unit."`

	Scan     scanCommand     `cmd:"" help:"Say what scanned codes are, what is known about it, and what can be done next."`
	Bind     bindCommand     `cmd:"" help:"Bind a barcode to a product or one of its packaging levels, or take it off."`
	Barcodes barcodesCommand `cmd:"" help:"List the further barcodes of a product."`

	Label labelCommand `cmd:"" help:"Labels that are not GS1, taught from one scan: add, try, list, switch off."`

	Compare  compareCommand  `cmd:"" help:"Compare another system's stock list with the ledger; nothing is posted."`
	Fields   fieldsCommand   `cmd:"" help:"List extra fields."`
	Licences licencesCommand `cmd:"" help:"List partners' licences, or those that run out by a day."`
	Attach   attachCommand   `cmd:"" help:"Attach a file to a lot, a partner or another record: a certificate, a photo, a declaration."`
	Files    filesCommand    `cmd:"" help:"List attached files, or read one."`

	Quality    qualityCommand    `cmd:"" help:"List what waits for quality, with what it needs."`
	Inspect    inspectCommand    `cmd:"" help:"Record what was measured of a lot."`
	Holds      holdsCommand      `cmd:"" help:"List what is on hold."`
	Hold       holdCommand       `cmd:"" help:"Hold a lot, units or all that is at a location."`
	Release    releaseCommand    `cmd:"" help:"Lift a hold, whole or for some of its units."`
	Exceptions exceptionsCommand `cmd:"" help:"List movements that were refused and kept."`
	Resolve    resolveCommand    `cmd:"" help:"End an exception: post its movement, as it was or amended, or dismiss it."`

	Format  formatCommand  `cmd:"" help:"Formats of lot codes and serial numbers: record, list, preview, draw numbers ahead."`
	Feeds   feedsCommand   `cmd:"" help:"Send entries to other systems as they are recorded: list, add, pause, resume, retry, remove."`
	Symbol  symbolCommand  `cmd:"" help:"Draw a barcode as SVG or PNG."`
	Watched watchedCommand `cmd:"" help:"List the files dropped into the watched folder, and what became of them."`

	Imports  importsCommand  `cmd:"" help:"List imports in the background, and how they do; write their refused rows; cancel."`
	Mappings mappingsCommand `cmd:"" help:"List what import remembers of the columns of files, or forget it."`

	User userCommand `cmd:"" help:"Who may sign in, and do what: add, list, disable, grant, revoke, password."`
	Key  keyCommand  `cmd:"" help:"API keys, by which programs act for users: create, list, revoke."`

	GS1     gs1Command     `cmd:"" name:"gs1" help:"Read, check and rewrite GS1 data: a JSON string a line in, a JSON object a line out."`
	Orgs    orgCommand     `cmd:"" name:"org" help:"Organisations of a PostgreSQL database: create, list, migrate."`
	Copy    copyCommand    `cmd:"" help:"Copy a ledger into an empty place, from a folder to PostgreSQL or back, and prove that it is the same."`
	Backup  backupCommand  `cmd:"" help:"Save the ledger with its attached files into one file, also while it is served, and verify what was saved."`
	Restore restoreCommand `cmd:"" help:"Put a backup into the place of the ledger, after checking all of it. What was there is kept aside."`
	Setting settingCommand `cmd:"" help:"Show or change what the organisation decided: which acts need a signature, which a reason."`
	Erase   eraseCommand   `cmd:"" help:"Erase personal data for good, without breaking the log."`
	Audit   auditCommand   `cmd:"" help:"Show who changed what, when, from where, old, new and why."`
	Verify  verifyCommand  `cmd:"" help:"Recompute the ledger's state from its entries and compare."`
	Bench   benchCommand   `cmd:"" help:"Measure this machine: Clew beside the bare storage engine."`
	Version versionCommand `cmd:"" help:"Show the version."`

	Checkpoint  checkpointCommand  `cmd:"" help:"Show the newest signed checkpoint of the log, or write it to a file."`
	Log         logCommand         `cmd:"" help:"The key that signs the log: give it another."`
	Pushes      pushesCommand      `cmd:"" help:"Send checkpoints to where this machine's administrator cannot change them: list, add, pause, resume, remove."`
	Proof       proofCommand       `cmd:"" help:"Write a small file that proves what the ledger was told of a lot, a unit, or in an entry."`
	VerifyProof verifyProofCommand `cmd:"" help:"Check such a file, on any machine and without the ledger."`
}

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// run is the program but for what belongs to the process.
func run(args []string, in io.Reader, out, errs io.Writer) (code int) {
	var c commands
	parser, err := kong.New(&c, kong.Name("clew"), kong.Description("Product traceability: what came in, what was made of it, where it went."),
		kong.Writers(out, errs), kong.UsageOnError(), kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Exit(func(exit int) { panic(exited(exit)) }))
	if err != nil {
		panic(err) // the tags above are wrong
	}
	defer func() {
		// kong leaves through its Exit once it has shown the help.
		if r := recover(); r != nil {
			exit, ok := r.(exited)
			if !ok {
				panic(r)
			}
			code = int(exit)
		}
	}()
	parsed, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(errs, "clew: %s (see clew --help)\n", oneLine(err))
		return exitUsage
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	s := &session{ctx: ctx, data: c.Data, db: c.DB, dbRead: c.DBRead, org: c.Org, logKey: c.LogKey, ephemeral: c.Ephemeral, actor: c.Actor, in: in, out: out, errs: errs}
	defer s.close()
	switch err := parsed.Run(s); {
	case errors.Is(err, errUsage):
		fmt.Fprintf(errs, "clew: %s\n", oneLine(err))
		return exitUsage
	case err != nil:
		fmt.Fprintf(errs, "clew: %s\n", oneLine(err))
		return exitFailed
	}
	return exitDone
}

type exited int

// errUsage marks what is wrong with the command itself.
var errUsage = errors.New("usage")

// oneLine keeps an error to the one line that a script can read.
func oneLine(err error) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(err.Error(), "\n", "; ")), " ")
}
