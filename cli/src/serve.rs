//! `qftp serve`: an FTP server for tests of modules.
//!
//! One user, one folder, with TLS or without. libunftp 0.24 differs from common servers:
//!
//! - it lacks ASCII transfers (it accepts `TYPE A` without effect), ACCT, EPRT, `PASV` over IPv6 (`EPSV` works), STAT
//!   of a file, TLS 1.0 and 1.1;
//! - an upload that starts within a file truncates the file at its end;
//! - a REST holds until a transfer succeeds, not for the next one only; the engine behind a module sends `REST 0`;
//! - it accepts lines without end and nests a logger at each USER; `gate.rs` bounds both;
//! - with TLS it accepts data in the clear after `EPSV` or `PORT` before `PROT P`, though not after `PASV`;
//! - it may not answer a QUIT at the moment at which an aborted download ends (curl's `--range`).

mod blocks;
mod certificate;
mod folder;
mod gate;
mod relay;
mod server;
mod tls;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

pub(crate) use server::Server;
pub(crate) use tls::{Made, Mode, make_certificate};

use crate::app::App;
use crate::arg_error;
use crate::console;
#[cfg(unix)]
use crate::descriptors;
use crate::environment_secret;
use crate::exit::Exit;
use crate::problem::Problem;
use crate::target;

const HELP: &str = "\
User and password come from --user and QFTP_PASSWORD. A missing password is
generated and printed; the default user is qftp.

Prints `ready: URL` once clients can connect; ends on Ctrl-C or SIGTERM. To
serve another machine, listen on an address that it can reach, such as
192.168.1.2:2121. Without --tls, others on the network can read passwords and
files.

With --tls (or --tls explicit) clients send AUTH TLS; with --tls implicit they
start with TLS. The versions are 1.2 and 1.3. The server generates a certificate
for its address, localhost and each --tls-name. `ca: FILE` names the certificate
of the authority that issued it; clients have to trust it (curl --cacert FILE).
Both are deleted at the end; --tls-dir DIR keeps the authority for the next run.
Or give your own certificate: --cert FILE --key FILE.";

/// Holds the arguments of `qftp serve`.
#[derive(Args)]
#[command(after_help = HELP)]
pub(crate) struct Arguments {
    /// Directory to serve
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// Address to listen on; port 0 chooses a free port
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:2121")]
    listen: SocketAddr,
    #[command(flatten)]
    tls: tls::ServeTls,
}

/// The default user.
pub(crate) const USER: &str = "qftp";
/// The letters of a generated password: none looks like another one.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// 80 bits.
const PASSWORD_LENGTH: usize = 16;
/// Escapes the user of a URL.
const USER_SET: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

/// The account of the server.
struct Account {
    user: String,
    password: String,
    /// True if the password was generated, so that the user has to see it.
    generated: bool,
}

/// Serves until SIGINT or SIGTERM.
pub(crate) fn run(app: &App, arguments: &Arguments) -> Result<(), Problem> {
    let password = environment_secret::text("QFTP_PASSWORD")?;
    let account = account(app.global.user.as_deref(), password)?;
    arg_error::check_folder(&arguments.dir)?;
    let listen = arguments.listen;
    let server_tls = tls::make(
        &arguments.tls,
        app.global.trust.own()?,
        listen,
        &arguments.dir,
    )?;
    let tls = server_tls.as_ref().map(|made| made.tls.clone());
    let mode = tls.as_ref().map(|tls| tls.mode);
    let (user, password) = (&account.user, &account.password);
    #[cfg(unix)]
    descriptors::raise_limit();
    let server = Server::start(&arguments.dir, listen, user, password, tls)
        .map_err(|error| arg_error::cannot_listen(listen, &error))?;
    silence_panics_of_the_server();
    if account.generated {
        console::print(format_args!("password: {}\n", account.password))?;
    }
    if let Some(file) = server_tls.as_ref().and_then(Made::authority) {
        console::print(format_args!("ca: {}\n", file.display()))?;
    }
    arg_error::warn_of_network(
        server.address(),
        match mode {
            None => "passwords and files go there in clear",
            Some(_) => "others on the network can reach it",
        },
    );
    let url = url(mode, &account.user, server.address());
    console::print(format_args!("ready: {url}\n"))?;
    app.interrupt.wait();
    Ok(())
}

/// Hides panics of libunftp: the session ends, and the others continue.
pub(crate) fn silence_panics_of_the_server() {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if std::thread::current().name() != Some(server::THREADS) {
            hook(panic);
        }
    }));
}

/// Returns the account of `--user NAME[:PASSWORD]` and `QFTP_PASSWORD`; generates a missing password.
fn account(user: Option<&str>, password: Option<String>) -> Result<Account, Problem> {
    let (user, given) = match user.map(|user| user.split_once(':').ok_or(user)) {
        None => (USER, None),
        Some(Ok((user, password))) => (user, Some(password.to_owned())),
        Some(Err(user)) => (user, None),
    };
    let given = given.or(password);
    target::check_bytes("user", user.as_bytes())?;
    target::check_bytes("password", given.as_deref().unwrap_or_default().as_bytes())?;
    if user.is_empty() {
        return Err(Problem::usage("the name of the user is empty"));
    }
    if given.as_deref() == Some("") {
        return Err(
            Problem::usage("the password is empty").hint("leave it out, and qftp generates one")
        );
    }
    let generated = given.is_none();
    let password = given.map_or_else(make_password, Ok)?;
    Ok(Account {
        user: user.to_owned(),
        password,
        generated,
    })
}

/// Generates a password that is easy to type and hard to guess.
pub(crate) fn make_password() -> Result<String, Problem> {
    let mut random = [0; PASSWORD_LENGTH];
    getrandom::fill(&mut random)
        .map_err(|error| Problem::new(Exit::Failed, format!("no random numbers: {error}")))?;
    let letter = |byte: u8| char::from(LETTERS[usize::from(byte) % LETTERS.len()]);
    Ok(random.into_iter().map(letter).collect())
}

/// Returns the URL of the server, with the user.
pub(crate) fn url(tls: Option<Mode>, user: &str, address: SocketAddr) -> String {
    let scheme = tls.map_or("ftp", Mode::scheme);
    format!(
        "{scheme}://{}@{address}/",
        utf8_percent_encode(user, USER_SET)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_of_an_account_is_made() {
        let take = |user, password: Option<&str>| {
            let account = account(user, password.map(str::to_owned)).expect("an account");
            (account.user, account.password, account.generated)
        };
        let given = |user: &str, password: &str| (user.to_owned(), password.to_owned(), false);
        assert_eq!(take(Some("u:p:w"), Some("x")), given("u", "p:w"));
        assert_eq!(take(Some("u"), Some("x")), given("u", "x"));
        assert_eq!(take(None, Some("x")), given("qftp", "x"));
        let (user, first, made) = take(None, None);
        assert_eq!((user.as_str(), first.len(), made), ("qftp", 16, true));
        assert_ne!(first, take(None, None).1);
        for wrong in ["", ":p", "u:", "a\"b", "u:a\rb"] {
            assert!(account(Some(wrong), None).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_user_is_escaped_in_a_url() {
        let address = SocketAddr::from(([127, 0, 0, 1], 2121));
        assert_eq!(
            url(None, "a@b/c", address),
            "ftp://a%40b%2Fc@127.0.0.1:2121/"
        );
        let address = SocketAddr::from((std::net::Ipv6Addr::LOCALHOST, 21));
        assert_eq!(
            url(Some(Mode::Explicit), "lab-1", address),
            "ftpes://lab-1@[::1]:21/"
        );
    }
}
