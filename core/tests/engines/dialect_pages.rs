//! The pages for users about each dialect: its models, commands with their ranges, settings, stores and quirks, as the
//! tables have them.
//!
//! They are written by `UPDATE=1 cargo test -p qftp --test engines dialect_pages`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use qftp::client::{Support, Task, support};
use qftp::dialect::{
    self, Command, ContextQuery, Dialect, ErrorReport, Family, Identity, Kind, Param,
    PayloadFraming, ResponseFormat, Setting,
};
use qftp::module::Quirks;
use qftp::module::quirks::{QUIRKS, QuirkInfo};

const FOLDER: &str = "../docs/dialects";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(FOLDER)
}

/// Adds a table with these columns, unless it has no row.
fn table(text: &mut String, title: &str, columns: &[&str], rows: &[Vec<String>]) {
    if rows.is_empty() {
        return;
    }
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    write!(text, "\n## {title}\n\n").expect("text");
    text.push_str(&line(columns.iter().map(|&name| name.into()).collect()));
    text.push_str(&line(vec!["---".into(); columns.len()]));
    for row in rows {
        let cells = row.iter().map(|cell| cell.replace('|', "\\|")).collect();
        text.push_str(&line(cells));
    }
}

/// The values that a parameter takes.
fn values(kind: Kind) -> String {
    let listed = |values: Vec<String>| values.join(", ");
    match kind {
        Kind::Text(longest) => format!("0 to {longest} bytes"),
        Kind::Name(longest) => format!("1 to {longest} bytes"),
        Kind::Integer(0, 1) => "0, 1".into(),
        Kind::Integer(from, to) => format!("{from} to {to}"),
        Kind::Quotable(from, to) => format!("{from} to {to}, also in quotes"),
        Kind::OneOf(values) => listed(values.iter().map(u64::to_string).collect()),
        Kind::Hex => "`0x0000` to `0xFFFF`".into(),
        Kind::Word(words) => listed(words.iter().map(|word| format!("`\"{word}\"`")).collect()),
        Kind::Mask(digits) => format!("up to {digits} hexadecimal digits"),
        Kind::Digits(digits) => format!("up to {digits} digits"),
        other => panic!("not on the page: {other:?}"),
    }
}

/// The parameters of a write form, those that may be left out in brackets.
fn params(params: &[Param]) -> String {
    let each = params.iter().map(|param| {
        let name = if param.optional {
            format!("`[<{}>]`", param.name)
        } else {
            format!("`<{}>`", param.name)
        };
        format!("{name} {}", values(param.kind))
    });
    each.collect::<Vec<_>>().join("; ")
}

fn forms(command: &Command) -> String {
    let forms = [
        (command.test.is_some(), "`=?`"),
        (command.read, "`?`"),
        (command.write.is_some(), "`=`"),
        (command.execute, "`()`"),
    ];
    let forms = forms.iter().filter(|(has, _)| *has);
    forms.map(|(_, form)| *form).collect::<Vec<_>>().join(" ")
}

/// The order of the lines that answer a command.
fn order(reply: ResponseFormat) -> &'static str {
    match reply {
        ResponseFormat::Result => "result",
        ResponseFormat::ResultUrc => "result, URC",
        ResponseFormat::PayloadResultUrc(_) => "`CONNECT`, payload, result, URC",
        ResponseFormat::ByPlace(..) => {
            "through `COM:` as a payload; from or to a file: result, URC"
        }
        ResponseFormat::PayloadInformationResult(_) => "`CONNECT`, payload, information, result",
        ResponseFormat::PayloadResult(_) => "`CONNECT`, payload, result",
        ResponseFormat::ResultPayloadUrc(_) => "result, `CONNECT`, payload, URC",
        ResponseFormat::Text(_) => "result, URC, text",
        other => panic!("not on the page: {other:?}"),
    }
}

fn yes(fact: bool) -> String {
    if fact { "yes" } else { "no" }.into()
}

/// The facts in which dialects differ, in words.
fn facts(dialect: &Dialect) -> Vec<(&'static str, String)> {
    let family = match dialect.family {
        Family::Lte => {
            "Quectel LTE: settings by name, results as `+QFTPxxx: <err>,<protocol_error>`"
        }
        Family::Gsm => "Quectel GSM: settings by number, results as `+QFTPxxx:<n>`",
        Family::Fibocom => "Fibocom: results as `+FTPxxx: 0`, `1` or `2`",
    };
    let errors = match dialect.error_report {
        ErrorReport::CodeAndReply => "an error from 601 to 631, and the server's reply behind it",
        ErrorReport::NegativeNumber => "a negative number",
        ErrorReport::Zero => "0, and no number",
        other => panic!("not on the page: {other:?}"),
    };
    let payload = match dialect.payload_framing {
        PayloadFraming::Raw => "as it is; an upload is counted",
        PayloadFraming::Stuffed => {
            "a byte 0x10 stands before each 0x10 and 0x03, and a bare 0x03 ends it"
        }
        other => panic!("not on the page: {other:?}"),
    };
    let context = match dialect.context_query {
        ContextQuery::List => "`AT+QIACT`",
        ContextQuery::State => "`AT+QIACT`, its state by `AT+QISTAT`",
        ContextQuery::Call => "`AT+MIPCALL`",
        other => panic!("not on the page: {other:?}"),
    };
    vec![
        ("family", family.into()),
        ("an error of an FTP command", errors.into()),
        ("payload on the line", payload.into()),
        ("`+++` ends a payload", yes(dialect.escape_ends_payload)),
        (
            "an upload in pieces over one data connection",
            yes(dialect.joins_pieces()),
        ),
        (
            "a download can end before the file does",
            yes(dialect.ends_downloads()),
        ),
        ("PDP context", context.into()),
        (
            "PDP contexts active at once",
            dialect.active_contexts.to_string(),
        ),
        ("`AT&D` at the start", dialect.dtr_default.to_string()),
        (
            "dropping DTR with `AT&D2` ends the session",
            yes(dialect.drops_session_on_dtr),
        ),
        ("LF ends a command line, too", yes(dialect.line_feed_ends)),
        (
            "longest line that qftp types",
            format!("{} characters", dialect.longest_line),
        ),
        ("lines of a start", listed_code(dialect.restart_lines)),
    ]
}

fn listed_code(words: &[&str]) -> String {
    let words = words.iter().map(|word| format!("`{word}`"));
    words.collect::<Vec<_>>().join(", ")
}

/// Name, purpose and values of a setting; the purpose in the words of its kind, `FileType` as "file type".
fn setting_row(setting: &Setting) -> Vec<String> {
    let mut purpose = String::new();
    for letter in format!("{:?}", setting.kind).chars() {
        if letter.is_ascii_uppercase() && !purpose.is_empty() {
            purpose.push(' ');
        }
        purpose.push(letter.to_ascii_lowercase());
    }
    vec![
        format!("`{}`", setting.name),
        purpose,
        params(setting.params),
    ]
}

fn page(dialect: &'static Dialect) -> String {
    let Dialect {
        name,
        manual,
        modules,
        ..
    } = dialect;
    let mut text = format!(
        "\
# Dialect {name}

{modules}. The FTP commands are those of [manual {manual}](../bibliography.md#manuals);
[conformance.md](../conformance.md) has what the manual states, and what shows each statement.

```console
$ qftp -p emulator://{name} probe
```

This page is written from the table that both ends read. [dialects.md](../spec/dialects.md) compares the dialects,
[common.md](../spec/common.md) explains the commands around FTP.
"
    );
    let columns = [
        "name for qftp",
        "manufacturer",
        "begins its model with",
        "volumes",
    ];
    table(&mut text, "Models", &columns, &models(dialect));
    let rows = facts(dialect).into_iter();
    let rows: Vec<_> = rows.map(|(fact, value)| vec![fact.into(), value]).collect();
    table(&mut text, "Facts", &["fact", "in this dialect"], &rows);
    let rows: Vec<_> = Task::all()
        .map(|task| vec![task.name().into(), word(support(dialect, task)).into()])
        .collect();
    table(&mut text, "Operations", &["operation", "how"], &rows);
    let columns = ["command", "forms", "parameters of `=`", "answer", "section"];
    table(&mut text, "FTP commands", &columns, &commands(dialect));
    text.push_str(
        "\nThe forms: `=?` test, `?` read, `=` write, `()` execution. \
         [All commands that an emulator answers](../emulator-commands.md).\n",
    );
    let columns = ["name", "purpose", "values"];
    let rows: Vec<_> = dialect.settings.iter().map(setting_row).collect();
    table(&mut text, "Settings of AT+QFTPCFG", &columns, &rows);
    let rows: Vec<_> = dialect.ssl_settings.iter().map(setting_row).collect();
    table(&mut text, "Settings of AT+QSSLCFG", &columns, &rows);
    let columns = ["quirk", "what such firmware does", "seen"];
    table(&mut text, "Quirks", &columns, &quirks(dialect));
    writeln!(text, "\nEmulate it: `emulator://{name}?quirks=NAME,NAME`.").expect("text");
    text
}

fn models(dialect: &Dialect) -> Vec<Vec<String>> {
    let row = |identity: &Identity| {
        let stores = identity.stores.unwrap_or(dialect.stores).iter();
        let stores: Vec<&str> = stores.map(|volume| volume.prefix()).collect();
        let stores = if stores.is_empty() {
            "none".into()
        } else {
            listed_code(&stores)
        };
        vec![
            format!("`{}`", identity.alias),
            identity.manufacturer.into(),
            format!("`{}`", identity.model),
            stores,
        ]
    };
    dialect.identities.iter().map(row).collect()
}

fn commands(dialect: &Dialect) -> Vec<Vec<String>> {
    let own = dialect.all_commands();
    let rows = own.filter(|command| command.kind.is_ftp()).map(|command| {
        vec![
            format!("`AT{}`", command.name),
            forms(command),
            params(command.write.unwrap_or(&[])),
            order(command.reply).into(),
            command.source.into(),
        ]
    });
    rows.collect()
}

fn quirks(dialect: &'static Dialect) -> Vec<Vec<String>> {
    let own = Quirks::all_of(dialect);
    let rows = QUIRKS.iter().filter(|known| own.has(known.quirk));
    let row = |known: &QuirkInfo| {
        vec![
            format!("`{}`", known.name),
            known.what.into(),
            known.source.into(),
        ]
    };
    rows.map(row).collect()
}

fn word(support: Support) -> &'static str {
    match support {
        Support::Native => "by a command of its own",
        Support::Composed => "from other commands",
        Support::Missing => "not at all",
    }
}

#[test]
fn each_dialect_has_its_page() {
    for dialect in dialect::ALL.iter().copied() {
        let page = page(dialect);
        let path = folder().join(format!("{}.md", dialect.name));
        if std::env::var_os("UPDATE").is_some() {
            std::fs::create_dir_all(folder()).expect("a folder");
            std::fs::write(&path, &page).expect("written");
        }
        let written = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            written == page,
            "{} differs; write it anew: UPDATE=1 cargo test -p qftp --test engines dialect_pages",
            path.display()
        );
    }
}
