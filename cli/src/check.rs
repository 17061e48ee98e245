//! `qftp check`: holds a module to its manual, case by case.
//!
//! The plan is that of `qftp_conformance`: statements of the manuals, each a conversation, and the forms of each command.
//! `bench.rs` plays them; the other files choose the cases and show the results.

mod bench;
mod junit;
mod login_line;
mod markup;
mod needs;
mod own_server;
mod page;
mod quirk_file;
mod recorded_port;
mod reset;
mod same;
mod selection;
mod server;
mod table;
mod terminal;
mod user_server;
mod verdict;

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use qftp::client::ModuleIdentity;
use qftp::dialect::Dialect;
use qftp_conformance::{plan, quirk};
use serde_json::{Value, json};

use crate::account::Sources;
use crate::app::App;
use crate::console;
use crate::exit::Exit;
use crate::log::Log;
use crate::problem::Problem;
use crate::session;
use crate::target::Target;
pub(crate) use markup::escaped;

use bench::{Bench, Planned, ServerChoice};
use reset::Reset;
use selection::{Group, Selection};
use verdict::{Report, VERDICTS, Verdict};

const HELP: &str = "\
Each case has a name: DIALECT/SECTION/WORD, as ec2x/2.6/downloadlen-end. A
SELECTOR is such a name or its start up to a `/` or `.`, the number of a manual
in place of the dialect (002/2.6), or a command (+QFTPGET).

The server:
  An emulator:// port needs none: the program has a server of its own.
  --listen ADDR:PORT is that server where the module reaches this machine;
  --server-name says by which name or address, where that is another,
  --tls-port at which port it speaks TLS at once (FTPS).
  --server URL is a server of yours. Its directory must be empty; the check
  removes all files. Cases in which the server has to fail are not run.
  With ftps:// or ftpes:// the module uses TLS, certificates unchecked.

Results:
  as printed     everything came as the manual prints it
  differs        something else came; expected and came are shown
  not supported  the module does not know the command
  not run        and why
  failed         the port or the server did, while the case was played
A case with pauses or events is tried up to three times, since this machine
may be late. One that differed before it came as printed is unsteady, and is
shown with what came.
Exit code 1 says that a case differs or failed; with --strict also that one is unsteady,
not supported or not run.

With --record the cases are played one by one, and a note names each.

Examples:
  qftp check --port emulator://ec25
  qftp check --port emulator://ec25 ec2x/2.6 --dry-run
  qftp check -p /dev/ttyUSB2 --listen 0.0.0.0:2121 --server-name lab.example.com
  qftp check -p /dev/ttyUSB2 --server ftp://test:word@ftp.example.com/
  qftp check -p /dev/ttyUSB2 --server ... --json > a17.json
  qftp check --from a17.json --from a18.json --html matrix.html
  qftp check -p /dev/ttyUSB2 --server ... --write-quirks ours.txt
  qftp emulate --pty ./ec25 --quirks ours.txt
  qftp check -p /dev/ttyUSB2 --record a.jsonl ec2x/2.6; qftp trace a.jsonl";

/// Holds the arguments of `qftp check`.
#[derive(Args)]
#[command(after_help = HELP)]
#[allow(clippy::struct_excessive_bools)] // each is a switch of its own
pub(crate) struct Arguments {
    /// Cases to play; by default all of the dialect
    #[arg(value_name = "SELECTOR", conflicts_with = "from")]
    selectors: Vec<String>,
    /// Server of yours that the module logs in to, with an empty directory
    #[arg(long, value_name = "URL", conflicts_with_all = ["listen", "from"])]
    server: Option<String>,
    /// Address at which the program's own server listens for the module
    #[arg(long, value_name = "ADDR:PORT")]
    listen: Option<SocketAddr>,
    /// Name or address by which the module reaches that server
    #[arg(long, value_name = "HOST", requires = "listen")]
    server_name: Option<String>,
    /// Port at which that server speaks TLS from the first byte; by default a free one
    #[arg(long, value_name = "PORT", requires = "listen")]
    tls_port: Option<u16>,
    /// Groups of cases that are not for every run
    #[arg(long = "group", value_name = "GROUPS", value_delimiter = ',')]
    groups: Vec<Group>,
    /// Way to the start of each case, of a module on a line
    #[arg(long, value_name = "WAY", default_value = "settings")]
    reset: Reset,
    /// List the cases, and play none
    #[arg(long)]
    dry_run: bool,
    /// Fail, too, where a case is unsteady, not supported or not run
    #[arg(long)]
    strict: bool,
    /// Show the cases that came as printed, too
    #[arg(long)]
    every: bool,
    /// Second port, such as emulator://ec25: play each case there, too, and show what differs
    #[arg(long, value_name = "PORT", conflicts_with = "from")]
    against: Option<String>,
    /// Write the results as JUnit's XML
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Write the results as a page of HTML that stands alone
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write the quirks that the module shows, for `qftp emulate --quirks`
    #[arg(long, value_name = "FILE", conflicts_with = "from")]
    write_quirks: Option<PathBuf>,
    /// Results of --json to show in place of playing; several make one matrix
    #[arg(long, value_name = "FILE", conflicts_with_all = ["dry_run"])]
    from: Vec<PathBuf>,
    /// Emulators at a time, of an emulator:// port
    #[arg(long, value_name = "N", default_value_t = 64)]
    #[arg(value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: u16,
}

/// Plays the cases and shows the results.
pub(crate) fn run(app: &App, arguments: &Arguments) -> Result<(), Problem> {
    if !arguments.from.is_empty() {
        let reports = arguments.from.iter().map(|path| read(path));
        return show(app, arguments, &reports.collect::<Result<Vec<_>, _>>()?);
    }
    let (dialect, identity) = module(app, arguments)?;
    let url = match (session::port_url(app), arguments.dry_run) {
        (Ok(url), _) => url,
        (Err(_), true) => String::new(),
        (Err(problem), false) => return Err(problem),
    };
    let bench = bench(app, arguments, url, dialect)?;
    let planned = select(arguments, &bench)?;
    if arguments.dry_run {
        return list(app, &planned);
    }
    let mut report = Report {
        port: bench.url.clone(),
        dialect: dialect.name.into(),
        model: identity.model,
        revision: identity.revision,
        cases: bench.run(&planned)?,
        ..Report::default()
    };
    find_quirks(&bench, arguments.write_quirks.is_some(), &mut report)?;
    if let Some(other) = &arguments.against {
        // It has a way to its start of its own, and may not forgive what a throwaway emulator does.
        let bench = self::bench(app, arguments, other.clone(), dialect)?;
        let planned = select(arguments, &bench)?;
        compare(&mut report, other, &bench.run(&planned)?);
    }
    if app.interrupt.asked() {
        return Err(Problem::new(Exit::Interrupted, "interrupted"));
    }
    if let Some(path) = &arguments.write_quirks {
        let text = quirk_file::text(&report);
        std::fs::write(path, text).map_err(|error| Problem::write(path, &error))?;
    }
    show(app, arguments, &[report])
}

/// Returns the dialect of the module, and what it says it is. A list needs no module where the dialect is named.
fn module(app: &App, arguments: &Arguments) -> Result<(&'static Dialect, ModuleIdentity), Problem> {
    if let (true, Some(dialect)) = (arguments.dry_run, app.global.dialect()?) {
        return Ok((dialect, ModuleIdentity::default()));
    }
    let client = session::open_module(app, &Log::default())?;
    let identity = client.identity().clone();
    let dialect = client.dialect();
    client.close();
    Ok((dialect, identity))
}

fn bench<'a>(
    app: &'a App,
    arguments: &Arguments,
    url: String,
    dialect: &'static Dialect,
) -> Result<Bench<'a>, Problem> {
    let mut bench = Bench {
        url,
        dialect,
        reset: arguments.reset,
        server: ServerChoice::None,
        answer: Duration::from_secs(u64::from(app.global.timeout) + 35),
        // A record has one line.
        jobs: if app.recorder.is_some() {
            1
        } else {
            arguments.jobs.into()
        },
        verbose: app.global.verbose,
        recorder: app.recorder.clone(),
        interrupt: &app.interrupt,
    };
    bench.server = match (&arguments.server, arguments.listen) {
        (Some(url), _) => {
            // One account has one directory: no two cases at a time.
            bench.jobs = 1;
            let target = Target::parse(url)?;
            let account = Sources::new(app)?.account(&target)?;
            ServerChoice::User(target.into(), account)
        }
        (None, Some(address)) => {
            if address.ip().is_unspecified() && arguments.server_name.is_none() {
                let what = format!("{address} is no address that a module could call");
                return Err(Problem::usage(what)
                    .hint("say by --server-name how the module reaches this machine"));
            }
            if address.port() != 0 || arguments.tls_port.is_some_and(|port| port != 0) {
                bench.jobs = 1;
            }
            let tls_port = arguments.tls_port.unwrap_or(0);
            ServerChoice::Own(address, tls_port, arguments.server_name.clone())
        }
        (None, None) if bench.is_emulator() => {
            ServerChoice::Own((Ipv4Addr::LOCALHOST, 0).into(), 0, None)
        }
        (None, None) => ServerChoice::None,
    };
    Ok(bench)
}

fn select(arguments: &Arguments, bench: &Bench<'_>) -> Result<Vec<Planned>, Problem> {
    let is_emulator = bench.is_emulator();
    let selection = Selection {
        selectors: &arguments.selectors,
        groups: &arguments.groups,
        is_fresh: is_emulator || arguments.reset == Reset::Restart,
        is_throwaway: is_emulator,
    };
    selection.plan(plan::cases(bench.dialect))
}

/// Finds the quirks that explain what differs; with `all`, every quirk that the module shows.
fn find_quirks(bench: &Bench<'_>, all: bool, report: &mut Report) -> Result<(), Problem> {
    let differing = report
        .cases
        .iter()
        .filter(|case| case.verdict.is_of_module());
    let touching: Vec<&str> = differing
        .flat_map(|case| quirk::touching(&case.name))
        .collect();
    for (known, signs) in quirk::signs(bench.dialect) {
        if (all || touching.contains(&known.name)) && bench.shows(&signs)? {
            report.quirks.push(known.name.into());
        }
    }
    for case in &mut report.cases {
        if case.verdict.is_of_module() {
            let mut own: Vec<String> = quirk::touching(&case.name)
                .into_iter()
                .map(str::to_owned)
                .collect();
            own.retain(|name| report.quirks.contains(name));
            case.quirks = own;
        }
    }
    Ok(())
}

/// Notes in each case what another module said, where it is something else.
fn compare(report: &mut Report, other: &str, results: &[verdict::CaseResult]) {
    report.against = Some(other.to_owned());
    let others: BTreeMap<&str, &verdict::CaseResult> = results
        .iter()
        .map(|result| (result.name.as_str(), result))
        .collect();
    for case in &mut report.cases {
        let Some(result) = others.get(case.name.as_str()) else {
            continue;
        };
        let played =
            |verdict: &Verdict| !matches!(verdict, Verdict::NotRun(_) | Verdict::Failed(_));
        if played(&case.verdict) && played(&result.verdict) && case.heard != result.heard {
            case.other = Some(result.heard.clone());
        }
    }
}

fn list(app: &App, planned: &[Planned]) -> Result<(), Problem> {
    if app.global.json {
        let rows = planned.iter().map(|one| {
            json!({
                "name": one.case.name,
                "id": one.case.id,
                "says": one.case.says,
                "clauses": one.case.clauses,
                "not_run": one.skipped,
            })
        });
        return console::print_json(&rows.collect::<Value>());
    }
    let row = |one: &Planned| {
        let case = &one.case;
        let skipped = one.skipped.as_ref();
        let skipped = skipped.map(|reason| format!("  [not run: {reason}]"));
        let clauses = case.clauses.join(", ");
        let skipped = skipped.unwrap_or_default();
        format!("{}  {} ({clauses}){skipped}\n", case.name, case.says)
    };
    let rows: String = planned.iter().map(row).collect();
    console::print(format_args!("{rows}{} cases\n", planned.len()))
}

fn read(path: &Path) -> Result<Report, Problem> {
    let text = std::fs::read_to_string(path).map_err(|error| Problem::read(path, &error))?;
    let document: Value = serde_json::from_str(&text).map_err(|error| {
        Problem::usage(format!("{}: {error}", path.display()))
            .hint("give a file that `qftp check --json` has written")
    })?;
    Report::parse(&document)
        .map_err(|reason| Problem::usage(format!("{}: {reason}", path.display())))
}

/// Shows reports in every form that was asked for. An error says that a case does not hold.
fn show(app: &App, arguments: &Arguments, reports: &[Report]) -> Result<(), Problem> {
    let write = |path: &Path, text: String| {
        std::fs::write(path, text).map_err(|error| Problem::write(path, &error))
    };
    if let Some(path) = &arguments.html {
        write(path, page::page(reports))?;
    }
    if let Some(path) = &arguments.junit {
        let [report] = reports else {
            return Err(Problem::usage("--junit takes the results of one module"));
        };
        write(path, junit::document(report))?;
    }
    if app.global.json {
        let documents: Vec<Value> = reports.iter().map(Report::document).collect();
        match &documents[..] {
            [one] => console::print_json(one)?,
            several => console::print_json(&several.iter().cloned().collect())?,
        }
    } else {
        for report in reports {
            console::print(table::table(report, arguments.every))?;
        }
    }
    let count = |verdict| -> usize { reports.iter().map(|report| report.count(verdict)).sum() };
    let failed = count(VERDICTS[4]);
    if failed > 0 {
        let what = format!("{failed} cases could not be played to their end");
        return Err(Problem::new(Exit::Failed, what)
            .hint("see why each of them failed, and look at the port and the server"));
    }
    let mut wrong = count(VERDICTS[1]);
    if arguments.strict {
        wrong += count(VERDICTS[2]) + count(VERDICTS[3]);
        wrong += reports.iter().map(Report::count_unsteady).sum::<usize>();
    }
    let ran = count(VERDICTS[0]) + count(VERDICTS[1]) + count(VERDICTS[2]);
    if ran == 0 {
        return Err(Problem::new(Exit::Failed, "no case was run"));
    }
    if wrong == 0 {
        return Ok(());
    }
    let what = if arguments.strict {
        "do not hold at the first try, or were not run"
    } else {
        "differ from the manual"
    };
    Err(Problem::new(Exit::Failed, format!("{wrong} cases {what}")))
}
