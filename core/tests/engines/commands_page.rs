//! The page for users that lists every command the emulator answers, and how.
//!
//! It is written by `UPDATE=1 cargo test -p qftp --test engines commands_page`.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use qftp::dialect::{self, Command, Dialect, Recall};

const PAGE: &str = "../docs/emulator-commands.md";

const HEAD: &str = "\
# Commands that the emulator answers

The option `accept` adds commands to these: `emulator://ec25?accept=+QFOO,+QBAR`.

| how | what the module does |
| --- | --- |
| acts | the command has its effect |
| remembers | the command sets values, and reads them back |
| remembers by name | the same, `AT+X=\"<name>\",<values>`; the names stand beside it |
| remembers by context | the same for each PDP context |
| tells of the cell | the command has lines for a registered module, and others for one that searches |
| says the same | the command always has the same answer |

The forms: `=?` test, `?` read, `=` write, `()` execution. Where dialects differ, a command has a line for each way. The
ranges of its parameters are what `=?` prints. [common.md](spec/common.md) section 11 gives the reasons.

";

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

fn how(command: &Command) -> String {
    match command.recall {
        Recall::None => "acts".into(),
        Recall::Lines(_) => "says the same".into(),
        Recall::Cell { .. } => "tells of the cell".into(),
        Recall::Values(_) | Recall::Labelled(..) => "remembers".into(),
        Recall::Numbered(_) | Recall::Profiles(_) => "remembers by context".into(),
        Recall::Named(settings) => {
            let names = settings.iter().map(|setting| setting.name);
            format!(
                "remembers by name: {}",
                names.collect::<Vec<_>>().join(", ")
            )
        }
        other => panic!("not on the page: {other:?}"),
    }
}

/// One table: commands by name, forms and way, with the dialects that have them.
fn table(text: &mut String, title: &str, is_in: fn(&Command) -> bool) {
    let mut rows: BTreeMap<(&str, String, String), Vec<&str>> = BTreeMap::new();
    for Dialect { name, commands, .. } in dialect::ALL.iter().copied() {
        for command in commands.iter().copied().flatten().filter(|row| is_in(row)) {
            let row = (command.name, forms(command), how(command));
            rows.entry(row).or_default().push(name);
        }
    }
    writeln!(text, "## {title}\n").expect("text");
    text.push_str("| command | forms | how | dialects |\n| --- | --- | --- | --- |\n");
    for ((command, forms, how), dialects) in rows {
        let dialects = if dialects.len() == dialect::ALL.len() {
            "all".into()
        } else {
            dialects.join(", ")
        };
        writeln!(text, "| `AT{command}` | {forms} | {how} | {dialects} |").expect("text");
    }
    text.push('\n');
}

#[test]
fn the_page_has_every_command() {
    let mut page = HEAD.to_owned();
    table(&mut page, "FTP", |command| command.kind.is_ftp());
    table(&mut page, "Files", |command| command.kind.is_file());
    table(&mut page, "The others", |command| {
        !command.kind.is_ftp() && !command.kind.is_file()
    });
    let page = format!("{}\n", page.trim_end());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &page).expect("written");
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page, "write {PAGE} anew by UPDATE=1");
}
