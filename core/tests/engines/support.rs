//! What `support` says of a dialect is what the client does, and what the documents tell.
//!
//! The tables in README.md and docs/dialects/README.md are written by `UPDATE=1 cargo test -p qftp --test engines support`.

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use qftp::ErrorKind;
use qftp::client::{
    Client, ClientOptions, DataAddress, Error, GetOptions, Login, PutMode, PutOptions, RetryPolicy,
    Support, Task, Tls, TlsMode, support,
};
use qftp::dialect::{self, Dialect, Volume};
use qftp::emulator::{Emulator, EmulatorOptions};

const BEGIN: &str = "<!-- written by core/tests/engines/support.rs: -->\n";
const END: &str = "<!-- until here -->\n";

/// What the words in the table of operations mean.
const MEANING: &str = "\
*native*: by a command of its own. *composed*: from other commands of the dialect, with the same result. `-`: not at
all, which is told before a byte is sent.
";

fn word(support: Support) -> &'static str {
    match support {
        Support::Native => "native",
        Support::Composed => "composed",
        Support::Missing => "-",
    }
}

/// The dialects and what they are for.
fn dialects() -> String {
    let mut text = String::from("| Dialect | Manual | Modules |\n| --- | --- | --- |\n");
    for dialect in dialect::ALL {
        let Dialect {
            name,
            manual,
            modules,
            ..
        } = dialect;
        let page = Path::new("docs/dialects").join(name).with_extension("md");
        let page = page.display();
        writeln!(text, "| [`{name}`]({page}) | {manual} | {modules} |").expect("text");
    }
    text
}

/// Operations by dialects.
fn table() -> String {
    let mut text = String::from("| Operation |");
    for dialect in dialect::ALL {
        write!(text, " `{}` |", dialect.name).expect("text");
    }
    text.push_str("\n| --- |");
    text.push_str(&" --- |".repeat(dialect::ALL.len()));
    text.push('\n');
    for task in Task::all() {
        write!(text, "| {} |", task.name()).expect("text");
        for dialect in dialect::ALL {
            write!(text, " {} |", word(support(dialect, task))).expect("text");
        }
        text.push('\n');
    }
    text
}

/// Holds what stands between the markers of a document to a text, or writes it there.
fn assert_between_markers(document: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .join(document);
    let whole = std::fs::read_to_string(&path).expect(document);
    let (before, rest) = whole.split_once(BEGIN).expect("the first marker");
    let (written, after) = rest.split_once(END).expect("the last marker");
    if std::env::var_os("UPDATE").is_some() {
        let updated = [before, BEGIN, text, END, after].concat();
        std::fs::write(&path, updated).expect("written");
    } else {
        assert!(
            written == text,
            "the table of {document} is not that of the code; UPDATE=1 writes it:{text}"
        );
    }
}

#[test]
fn the_documents_have_the_tables() {
    assert_between_markers("README.md", &format!("\n{}\n", dialects()));
    let text = format!("\n{MEANING}\n{}\n", table());
    assert_between_markers("docs/dialects/README.md", &text);
}

/// A module in this process, a client on it, and how many lines it has sent.
fn client(dialect: &'static Dialect) -> (Emulator, Client, Arc<AtomicUsize>) {
    let (module, line) = Emulator::in_process(EmulatorOptions::new(dialect)).expect("a module");
    let options = ClientOptions::new().retry(RetryPolicy::NONE);
    let mut client = options.with_port(line).expect("a client");
    let sent = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&sent);
    client.on_line(move |line| {
        count.fetch_add(line.sent.into(), Ordering::Relaxed);
    });
    (module, client, sent)
}

/// To a host that no module reaches.
fn secured(mode: TlsMode) -> Login {
    let mut tls = Tls::new(mode);
    tls.verify = false;
    Login::new("127.0.0.1:", "u", "p").over(tls)
}

/// The same in clear.
fn connecting(address: DataAddress) -> Login {
    let mut login = Login::new("127.0.0.1:", "u", "p");
    login.data_address = Some(address);
    login
}

/// Does it, without a session.
fn attempt(client: &mut Client, task: Task) -> Vec<Result<(), Error>> {
    let name = b"name";
    let mut byte = &b"x"[..];
    let mut back = Vec::new();
    let one = match task {
        Task::Put => client
            .put(&mut byte, Some(1), name, PutOptions::new())
            .map(drop),
        Task::Append => client.append(&mut byte, Some(1), name).map(drop),
        Task::Get => client.get(name, &mut back, GetOptions::new()).map(drop),
        Task::GetPart => client
            .get(name, &mut back, GetOptions::new().length(1))
            .map(drop),
        Task::ResumePut => client
            .put(
                &mut byte,
                Some(1),
                name,
                PutOptions::new().mode(PutMode::Resume(1)),
            )
            .map(drop),
        Task::ResumeGet => client
            .get(name, &mut back, GetOptions::new().offset(1))
            .map(drop),
        Task::Size => client.size(name).map(drop),
        Task::Modified => client.mdtm(name).map(drop),
        Task::List => client.list_text(name).map(drop),
        Task::Names => client.nlst(name).map(drop),
        Task::MachineList => client.mlsd(name).map(drop),
        Task::Delete => client.delete(name),
        Task::Rename => client.rename(name, name),
        Task::MakeDir => client.mkdir(name),
        Task::RemoveDir => client.rmdir(name),
        Task::ChangeDir => client.cwd(name),
        // Where no command tells it, it is known from the root on.
        Task::WorkingDir => client.cwd(b"/").and_then(|()| client.pwd()).map(drop),
        Task::Transferred => client.transferred().map(drop),
        Task::ServiceState => client.service_state().map(drop),
        Task::Logout => client.logout(),
        Task::Store => {
            let mut files = client.store();
            return vec![
                files.space(Volume::Ufs).map(drop),
                files.upload(&mut byte, 1, name),
                files.list(b"*").map(drop),
                files.download(name, &mut back).map(drop),
                files.remove(name),
            ];
        }
        Task::StoreTransfer => {
            let mut files = client.store();
            return vec![
                files.fetch(name, name).map(drop),
                files.send(name, name).map(drop),
            ];
        }
        Task::ImplicitTls => client.login(&secured(TlsMode::Implicit)),
        Task::ExplicitTls => client.login(&secured(TlsMode::Explicit)),
        Task::PeerAddress => client.login(&connecting(DataAddress::Peer)),
        Task::PeerThenServerAddress => {
            client.login(&connecting(DataAddress::PeerThenServer { after_s: 25 }))
        }
        other => panic!("{other:?} has no place in this test"),
    };
    vec![one]
}

/// Without a session most of it fails at the module; what is not supported fails before a byte is sent.
#[test]
fn the_client_does_what_is_said() {
    for dialect in dialect::ALL {
        let (_module, mut client, sent) = client(dialect);
        assert_eq!(client.dialect().name, dialect.name);
        for task in Task::all() {
            let before = sent.load(Ordering::Relaxed);
            let results = attempt(&mut client, task);
            let missing = support(dialect, task) == Support::Missing;
            for result in &results {
                let unsupported = result
                    .as_ref()
                    .is_err_and(|error| error.kind() == ErrorKind::Unsupported);
                assert_eq!(
                    unsupported, missing,
                    "{} {task:?}: {result:?}",
                    dialect.name
                );
            }
            let silent = sent.load(Ordering::Relaxed) == before;
            assert_eq!(silent, missing, "{} {task:?}", dialect.name);
        }
    }
}

#[test]
fn what_is_missing_is_named_with_its_dialect() {
    let (_module, mut client, _) = client(&dialect::gsm::GSM);
    let error = client.list(b"").expect_err("no listing");
    assert_eq!(error.to_string(), "gsm has no command for list");
}

#[test]
fn every_task_is_done_by_some_dialect() {
    for task in Task::all() {
        let done = |dialect: &&'static Dialect| support(dialect, task) != Support::Missing;
        assert!(
            dialect::ALL.iter().any(done),
            "no dialect does {task:?}: its operation needs a row in host/step/sequence.rs, its command one in a table"
        );
    }
}
