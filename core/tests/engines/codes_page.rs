//! The page for users about every error code: what it means, what to try, what was seen in the field.
//!
//! It is written by `UPDATE=1 cargo test -p qftp --test engines codes_page`, from the tables of `qftp explain` and from
//! docs/spec/field.md.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use qftp::codes::{self, Explanation, FTP, NumberPlace, explain};

const PAGE: &str = "docs/codes.md";
const FIELD: &str = "docs/spec/field.md";

const HEAD: &str = "\
# Error codes

A module reports a failed FTP command by a number. `qftp explain 627,550` says the same as this page, without a network:

```console
$ qftp explain 627,550
$ qftp --dialect gsm explain -7
$ qftp explain '+CME ERROR: 13'
```

| on the line | what it is |
| --- | --- |
| `+QFTPPUT: 627,550` | an [error of the FTP service](#errors-of-the-ftp-service), and behind it the [server's reply](#replies-of-the-server), 0 for none |
| `+QFTPPUT:-7` | an error of a [GSM module](#numbers-of-gsm-modules) |
| `+FTPSTOR: 0` | an error of `nl668`, which gives no number |
| `+CME ERROR: 615` | an error of the FTP service in place of `CONNECT` or `OK` |
| `+CME ERROR: 13` | an [error of the module](#errors-of-the-module): its SIM card, its network, its files |

[errors.md](errors.md) has the kinds of errors that a program acts on.

## Errors of the FTP service

*Field* is what was seen on real modules, with its source and confidence: [field.md](spec/field.md#3-errors-seen).
";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// True if a text has the number as a word of its own.
fn names(text: &str, number: &str) -> bool {
    text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-')
        .any(|word| word == number)
}

/// The rows of the field's table of errors whose code has the number: where, what it meant, source and confidence.
fn seen(field: &str, number: &str) -> Vec<String> {
    let table = field
        .split_once("## 3. Errors seen")
        .expect("the section")
        .1;
    let table = table.split_once("\n\n- ").expect("its table").0;
    let rows = table.lines().filter_map(|line| {
        let cells: Vec<&str> = line.split(" | ").collect();
        let code = cells.first()?.trim_start_matches("| ");
        let [_, place, meaning, source, confidence] = cells.as_slice() else {
            return None;
        };
        let confidence = confidence.trim_end_matches(" |");
        names(code, number).then(|| format!("{place}: {meaning} ({source}; {confidence})"))
    });
    rows.collect()
}

fn entry(text: &mut String, field: &str, one: &Explanation) {
    let name = one.code.and_then(codes::ModuleCode::entry);
    match name {
        Some(code) => write!(text, "\n### {}: {}\n", one.number, code.name).expect("text"),
        None => write!(text, "\n### {}\n", one.number).expect("text"),
    }
    writeln!(text, "\n{}.\n", capital(one.meaning)).expect("text");
    if let Some(reply) = one.stands_for {
        writeln!(text, "- It stands for reply {} of the server.", reply.0).expect("text");
    }
    let gsm = (-600..0).rev().filter(|number| {
        let same = explain(*number);
        same.iter().any(|same| same.code == one.code)
    });
    let gsm: Vec<String> = gsm.map(|number| format!("`{number}`")).collect();
    if !gsm.is_empty() {
        writeln!(text, "- GSM modules print {}.", gsm.join(", ")).expect("text");
    }
    if let Some(hint) = one.hint {
        writeln!(text, "- Try: {hint}.").expect("text");
    }
    for row in seen(field, &one.number.to_string()) {
        writeln!(text, "- Field: {row}.").expect("text");
    }
    let trimmed = text.trim_end().len();
    text.truncate(trimmed);
    text.push('\n');
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// Adds a table of the numbers of one place; `more` gives its third column.
fn rows(text: &mut String, place: NumberPlace, third: &str, more: impl Fn(&Explanation) -> String) {
    write!(
        text,
        "\n| number | meaning | {third} |\n| --- | --- | --- |\n"
    )
    .expect("text");
    let negative = (-600..0).rev();
    for number in negative.chain(0..10_000) {
        let gsm = place != NumberPlace::FtpError || number < 0;
        let found = explain(number)
            .into_iter()
            .find(|one| one.place == place && gsm);
        if let Some(one) = found {
            let more = more(&one);
            writeln!(text, "| `{number}` | {} | {more} |", one.meaning).expect("text");
        }
    }
}

/// The link to the same error of other modules.
fn same(one: &Explanation) -> String {
    let entry = one.code.and_then(codes::ModuleCode::entry).expect("a code");
    format!("[{0}](#{0}-{1})", entry.number, entry.name)
}

fn hint(one: &Explanation) -> String {
    one.hint.unwrap_or_default().to_owned()
}

#[test]
fn the_page_has_every_code() {
    let field = read(FIELD);
    let mut page = HEAD.to_owned();
    for code in FTP {
        let found = explain(code.number.into());
        entry(&mut page, &field, found.first().expect("an error"));
    }
    page.push_str("\n## Numbers of GSM modules\n");
    rows(&mut page, NumberPlace::FtpError, "the same as", same);
    page.push_str("\n## Replies of the server\n\nA module passes on the number alone.\n");
    rows(&mut page, NumberPlace::FtpReply, "try", hint);
    page.push_str("\n## Errors of the module\n\n`+CME ERROR` with one of these numbers.\n");
    let in_field = |one: &Explanation| seen(&field, &one.number.to_string()).join("; ");
    rows(&mut page, NumberPlace::CmeError, "field", in_field);
    page.push_str("\n`+CMS ERROR` is about short messages, on Fibocom modules.\n");
    rows(&mut page, NumberPlace::CmsError, "try", hint);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(root().join(PAGE), &page).expect("written");
    }
    assert!(
        read(PAGE) == page,
        "{PAGE} differs; write it anew: UPDATE=1 cargo test -p qftp --test engines codes_page"
    );
}

#[test]
fn what_the_field_says_is_found_by_whole_numbers() {
    let field = "## 3. Errors seen\n\n| code | where | meaning | source | confidence |\n\
                 | --- | --- | --- | --- | --- |\n| CME 603 | any | busy | T01 | H |\n| 1603,0 | x | y | z | L |\n\n- end";
    assert_eq!(seen(field, "603"), ["any: busy (T01; H)"]);
    assert!(seen(field, "60").is_empty());
}
