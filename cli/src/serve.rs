//! `qftp serve`: an FTP server for a lab, so that a module has something to talk to.
//!
//! One user, one folder, with TLS or without. What libunftp 0.24 lacks beside the servers that one meets in the field:
//!
//! - ASCII transfers (`TYPE A` is taken and changes nothing), ACCT, EPRT, `PASV` over IPv6 (`EPSV` works), STAT of a file;
//! - an upload that starts within a file cuts off what was behind its end;
//! - a REST holds until a transfer succeeds, not for the next one only; the engine behind a module sends `REST 0`;
//! - with TLS, TLS 1.0 and 1.1 (rustls), and it takes data in the clear from who asks for `EPSV` or `PORT` before `PROT
//!   P`, though not for `PASV`;
//! - a QUIT in the moment in which an aborted download ends (curl's `--range`) may not be answered.

mod certificate;
mod implicit;
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
use crate::exit::Exit;
use crate::problem::Problem;
use crate::target;

const HELP: &str = "\
User and password come from --user and QFTP_PASSWORD; what is missing is made, and a password that was made is printed.

Prints `ready: URL` when it can be reached; ends on Ctrl-C or SIGTERM. To serve another machine, listen on an address
that it reaches, such as 192.168.1.2:2121. Without --tls passwords and files are seen by everybody on the network.

With --tls (or --tls explicit) clients say AUTH TLS; with --tls implicit they begin in TLS: TLS 1.2 and 1.3, as rustls
speaks them. The server's certificate is made on the spot for the address it listens on, localhost and each --tls-name.
`ca: FILE` names the certificate of the authority that signed it: what clients have to trust (curl --cacert FILE). Both
are gone with the server; --tls-dir DIR keeps the authority, so that FILE stays good for the next run. Or give a
certificate of your own: --cert FILE --key FILE.";

/// What can be said about a server.
#[derive(Args)]
#[command(after_help = HELP)]
pub(crate) struct Arguments {
    /// The directory to serve
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// Where to listen; port 0 takes any that is free
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:2121")]
    listen: SocketAddr,
    #[command(flatten)]
    tls: tls::Wanted,
}

/// The user, where none is named.
const USER: &str = "qftp";
/// What a made password is made of: no letter that looks like another one.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// 80 bits.
const PASSWORD_LENGTH: usize = 16;
/// What stands in a URL's user as it is.
const USER_SET: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

/// Who may log in.
struct Account {
    user: String,
    password: String,
    /// Nobody knows the password yet.
    made: bool,
}

/// Serves until SIGINT or SIGTERM.
pub(crate) fn run(app: &App, arguments: &Arguments) -> Result<(), Problem> {
    let password = std::env::var("QFTP_PASSWORD").ok();
    let account = account(app.global.user.as_deref(), password)?;
    arg_error::check_folder(&arguments.dir)?;
    let listen = arguments.listen;
    let secured = tls::make(
        &arguments.tls,
        app.global.trust.own()?,
        listen,
        &arguments.dir,
    )?;
    let tls = secured.as_ref().map(|made| made.tls.clone());
    let mode = tls.as_ref().map(|tls| tls.mode);
    let (user, password) = (&account.user, &account.password);
    let server = Server::start(&arguments.dir, listen, user, password, tls)
        .map_err(|error| arg_error::cannot_listen(listen, &error))?;
    tell_no_panic_of_the_server();
    if account.made {
        console::print(format_args!("password: {}\n", account.password))?;
    }
    if let Some(file) = secured.as_ref().and_then(Made::authority) {
        console::print(format_args!("ca: {}\n", file.display()))?;
    }
    let url = url(mode, &account.user, server.address());
    console::print(format_args!("ready: {url}\n"))?;
    app.interrupt.wait(|| false);
    Ok(())
}

/// A session that libunftp lets panic is gone, and the others go on: nothing to tell the user of the program.
fn tell_no_panic_of_the_server() {
    let tell = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if std::thread::current().name() != Some(server::THREADS) {
            tell(panic);
        }
    }));
}

/// From `--user NAME[:PASSWORD]` and `QFTP_PASSWORD`; what is missing is made.
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
        return Err(Problem::usage("the user has no name"));
    }
    if given.as_deref() == Some("") {
        return Err(Problem::usage("the password is empty").hint("without one, one is made"));
    }
    let made = given.is_none();
    let password = given.map_or_else(make_password, Ok)?;
    Ok(Account {
        user: user.to_owned(),
        password,
        made,
    })
}

/// A password that cannot be guessed and can be typed.
pub(crate) fn make_password() -> Result<String, Problem> {
    let mut random = [0; PASSWORD_LENGTH];
    getrandom::fill(&mut random)
        .map_err(|error| Problem::new(Exit::Failed, format!("no random numbers: {error}")))?;
    let letter = |byte: u8| char::from(LETTERS[usize::from(byte) % LETTERS.len()]);
    Ok(random.into_iter().map(letter).collect())
}

/// Where the server is, and as whom to come.
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
            (account.user, account.password, account.made)
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
