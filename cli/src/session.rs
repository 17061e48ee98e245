//! Opens the port, identifies the module, logs in, and closes the session.

use std::time::Duration;

use qftp::ErrorKind;
use qftp::client::{
    ApnAccount, ApnAuthentication, Client, ClientOptions, Error, Login, Task, TlsMode,
};
use qftp::connect;
use qftp::dialect::{self, Dialect};
use qftp::port::Port;

use crate::account::Sources;
use crate::app::App;
use crate::console;
use crate::environment_secret;
use crate::exit::Phase;
use crate::log::{Direction, Log};
use crate::problem::Problem;
use crate::progress::Meter;
use crate::target::Target;

/// Limits the resync of a line that an interrupt left in the middle of a transfer.
const RESYNC_TIMEOUT: Duration = Duration::from_secs(10);

/// A module with an open session on a server.
pub(crate) struct Session {
    pub(crate) client: Client,
    pub(crate) log: Log,
}

/// Opens the module on the port.
pub(crate) fn open_module(app: &App, log: &Log) -> Result<Client, Problem> {
    open_module_on(app, &port_url(app)?, log)
}

/// Opens the module on a port of this URL.
pub(crate) fn open_module_on(app: &App, url: &str, log: &Log) -> Result<Client, Problem> {
    open(app, url, log, app.global.dialect()?).map_err(|error| Problem::client(&error, Phase::Line))
}

/// Opens the module on the port, whose dialect must support all `tasks`. If the user names the dialect, checks that before it
/// opens the port.
pub(crate) fn open_with(app: &App, log: &Log, tasks: &[Task]) -> Result<Client, Problem> {
    if let Some(dialect) = app.global.dialect()? {
        check(dialect, tasks)?;
    }
    let client = open_module(app, log)?;
    check(client.dialect(), tasks)?;
    Ok(client)
}

/// Opens the module on the port, known or not: raw commands do not need its dialect.
pub(crate) fn open_any_module(app: &App, log: &Log) -> Result<Client, Problem> {
    let url = port_url(app)?;
    match open(app, &url, log, app.global.dialect()?) {
        Err(error) if error.kind() == ErrorKind::UnknownModule => {
            open(app, &url, log, dialect::ALL.first().copied())
        }
        other => other,
    }
    .map_err(|error| Problem::client(&error, Phase::Line))
}

/// Opens the port for a command that types on it by itself.
pub(crate) fn open_port(app: &App) -> Result<Box<dyn Port>, Problem> {
    let url = port_url(app)?;
    let left = options(app, &Log::default()).leave_upload(&url);
    let opened = match left {
        // It is left, whatever the module is.
        Err(error) if error.kind() != ErrorKind::UnknownModule => Err(error),
        _ => connect::open(&url).map_err(Error::from),
    };
    opened.map_err(|error| Problem::client(&error, Phase::Line))
}

/// Returns the URL of the port that the user names, else of the only module.
pub(crate) fn port_url(app: &App) -> Result<String, Problem> {
    app.global.line.url(app.global.port.as_deref())
}

fn open(
    app: &App,
    url: &str,
    log: &Log,
    dialect: Option<&'static Dialect>,
) -> Result<Client, Error> {
    options(app, log).dialect(dialect).open(url)
}

/// Returns what the user chose for every client.
fn options(app: &App, log: &Log) -> ClientOptions {
    let mut options = ClientOptions::new()
        .wait(Duration::from_secs(app.global.wait.into()))
        .way(app.global.way)
        .escape_first(app.global.escape_first)
        .trust_count(app.global.trust_count)
        .record(app.recorder.clone())
        .cancel(app.interrupt.cancel());
    if app.global.verbose {
        let log = log.clone();
        options = options.on_line(move |line| log.line(&line));
    }
    options
}

/// Does [`with_on`] on the port that the user names.
pub(crate) fn with<T>(
    app: &App,
    target: &Target,
    tasks: &[Task],
    work: impl FnOnce(&mut Session) -> Result<T, Problem>,
) -> Result<T, Problem> {
    with_on(app, &port_url(app)?, target, tasks, work)
}

/// Logs in, does the work, closes the session. Checks first that the dialect supports all `tasks`; if the user names
/// the dialect, before it opens the port.
pub(crate) fn with_on<T>(
    app: &App,
    port: &str,
    target: &Target,
    tasks: &[Task],
    work: impl FnOnce(&mut Session) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let mut tasks = [tasks, tls_tasks(target)].concat();
    tasks.extend(app.global.data.task());
    if let Some(dialect) = app.global.dialect()? {
        check(dialect, &tasks)?;
    }
    if target.password.is_some() && console::stderr_is_terminal() && !app.global.quiet {
        console::warn(
            "other users of this machine can see the password of a URL; use QFTP_PASSWORD or ~/.netrc",
        );
    }
    let login = login(app, target)?;
    let log = Log::default();
    let mut client = open_module_on(app, port, &log)?;
    check(client.dialect(), &tasks)?;
    client.on_warning(console::warn);
    let mut session = Session { client, log };
    session
        .client
        .login(&login)
        .map_err(|error| Problem::client(&error, Phase::Login))?;
    let result = work(&mut session);
    let fit = result.as_ref().err().is_none_or(Problem::line_is_fine);
    if app.interrupt.asked() {
        // An error here changes nothing: the next program resyncs again.
        app.interrupt
            .last(|| drop(session.client.resync(RESYNC_TIMEOUT)));
    } else if fit {
        // The work is done; an error of the server changes nothing.
        let _ = session.client.logout();
    }
    result
}

/// Returns the tasks that the scheme of the URL needs.
fn tls_tasks(target: &Target) -> &'static [Task] {
    match target.tls {
        None => &[],
        Some(TlsMode::Implicit) => &[Task::ImplicitTls],
        Some(TlsMode::Explicit) => &[Task::ExplicitTls],
    }
}

fn check(dialect: &'static Dialect, tasks: &[Task]) -> Result<(), Problem> {
    let mut checked = tasks.iter().map(|task| task.check(dialect));
    checked
        .find_map(Result::err)
        .map_or(Ok(()), |error| Err(Problem::client(&error, Phase::Line)))
}

fn login(app: &App, target: &Target) -> Result<Login, Problem> {
    let account = Sources::new(app)?.account(target)?;
    let mut login = Login::new(target.host.as_str(), account.user, account.password);
    login.port = target.port;
    login.tls = app.global.trust.tls(target)?;
    login.apn = app.global.apn.clone().map(String::into_bytes);
    login.apn_account = apn_account(app)?;
    login.context = app.global.context;
    login.passive = !app.global.active;
    login.response_timeout_s = app.global.timeout;
    login.data_address = app.global.data.address()?;
    Ok(login)
}

/// Returns the account at the access point. Its password comes from the option, else from `QFTP_APN_PASSWORD`.
fn apn_account(app: &App) -> Result<Option<ApnAccount>, Problem> {
    let global = &app.global;
    let option = match (&global.apn, &global.apn_user, &global.apn_auth) {
        (None, Some(_), _) => Some(("--apn-user", "--apn NAME")),
        (_, None, Some(_)) => Some(("--apn-auth", "--apn-user USER:PASSWORD")),
        _ => None,
    };
    if let Some((option, other)) = option {
        let problem = Problem::usage(format!("{option} is given without {other}"));
        return Err(problem.hint("the access point is set with its account"));
    }
    let Some(user) = &global.apn_user else {
        return Ok(None);
    };
    let (user, password) = match user.split_once(':') {
        Some((user, password)) => (user, password.as_bytes().to_vec()),
        None => (
            user.as_str(),
            environment_secret::bytes("QFTP_APN_PASSWORD").unwrap_or_default(),
        ),
    };
    let authentication = match global.apn_auth.as_deref() {
        Some("pap") => ApnAuthentication::Pap,
        Some("chap") => ApnAuthentication::Chap,
        _ => ApnAuthentication::PapOrChap,
    };
    Ok(Some(ApnAccount::new(user, password, authentication)))
}

/// Returns the progress callback of a transfer: it moves the bar and counts for the log.
pub(crate) fn watch<'a>(
    log: &'a Log,
    direction: Direction,
    meter: &'a Meter,
) -> impl FnMut(u64, Option<u64>) + use<'a> {
    let mut before = 0;
    move |done, total| {
        log.payload(direction, done.saturating_sub(before));
        before = done;
        meter.update(done, total);
    }
}
