//! Reads the notation of all data files, as `core/tests/FORMAT.md` describes it: conversations of marked lines.

use std::time::Duration;

/// Tells what a line of a conversation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// `= ...`: true at the start.
    Start,
    /// `@ ...`: an operation begins.
    Operation,
    /// `> ...`: a line from the client's end.
    Type,
    /// `>> ...`: bytes from the client's end.
    Send,
    /// `< ...`: a line from the serving end.
    Answer,
    /// `<< ...`: bytes from the serving end.
    Receive,
    /// `! ...`: something else happens.
    Event,
    /// `-> ...`: the engine asks its driver for something.
    Request,
    /// `=> ...`: the engine tells its user something.
    Outcome,
    /// `? ...`: true now.
    Check,
    /// `: ...`: about the conversation as a whole.
    About,
}

/// Lists every mark as it stands in a file.
pub const MARKS: [(&str, Mark); 11] = [
    ("=", Mark::Start),
    ("@", Mark::Operation),
    (">", Mark::Type),
    (">>", Mark::Send),
    ("<", Mark::Answer),
    ("<<", Mark::Receive),
    ("!", Mark::Event),
    ("->", Mark::Request),
    ("=>", Mark::Outcome),
    ("?", Mark::Check),
    (":", Mark::About),
];

impl Mark {
    /// Returns the mark as it stands in a file.
    pub fn as_str(self) -> &'static str {
        let known = MARKS.iter().find(|(_, mark)| *mark == self);
        known.map_or("", |(text, _)| text)
    }
}

/// Holds one line of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Counts from 1 in its file.
    pub number: usize,
    /// Stands before the blank.
    pub mark: Mark,
    /// Stands behind the blank.
    pub text: String,
}

/// Holds the lines under one title.
#[derive(Clone, Debug)]
pub struct Script {
    /// Stands behind `##`.
    pub title: String,
    /// In order, without comments and empty lines.
    pub lines: Vec<Line>,
}

/// Reads the conversations of a file. Panics, with the line, at a mark that is none, and at a file without any.
pub fn read(file: &str, text: &str) -> Vec<Script> {
    try_read(file, text).unwrap_or_else(|wrong| panic!("{wrong}"))
}

/// Reads the conversations of a file.
///
/// # Errors
///
/// Names the line of a mark that is none, or the file without any conversation.
pub fn try_read(file: &str, text: &str) -> Result<Vec<Script>, String> {
    let mut scripts: Vec<Script> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if let Some(title) = line.strip_prefix("## ") {
            scripts.push(Script {
                title: title.into(),
                lines: Vec::new(),
            });
            continue;
        }
        let Some(script) = scripts.last_mut() else {
            continue;
        };
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (mark, text) = line.split_once(' ').unwrap_or((line, ""));
        let known = MARKS.iter().find(|(known, _)| *known == mark);
        let (_, mark) = known.ok_or_else(|| format!("{file}:{}: {line}", index + 1))?;
        script.lines.push(Line {
            number: index + 1,
            mark: *mark,
            text: text.into(),
        });
    }
    if scripts.is_empty() {
        return Err(format!("{file} has no conversation"));
    }
    Ok(scripts)
}

/// Parses seconds: `20`, `0.4`, to the millisecond.
pub fn seconds(text: &str) -> Option<Duration> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let millis: u64 = format!("{part:0<3}").parse().ok()?;
    let millis = (1..=3).contains(&part.len()).then_some(millis)?;
    Duration::from_secs(whole.parse().ok()?).checked_add(Duration::from_millis(millis))
}

/// Parses what stands between quotes: `\r`, `\n`, `\0`, `\\`, `\"` and `\x00` are escapes, everything else is itself.
pub fn literal(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        bytes.push(match rest.next()? {
            b'r' => b'\r',
            b'n' => b'\n',
            b'0' => 0,
            b'x' => {
                let digits = [rest.next()?, rest.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            byte @ (b'\\' | b'"') => byte,
            _ => return None,
        });
    }
    Some(bytes)
}

/// Splits at blanks outside of quotes; the quotes stay.
pub fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let (mut start, mut quoted, mut escaped) = (0, false, false);
    for (index, letter) in text.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            ' ' if !quoted => {
                words.push(&text[start..index]);
                start = index + 1;
            }
            _ => {}
        }
    }
    words.push(&text[start..]);
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_their_mark_and_number() {
        let scripts = read(
            "a.txt",
            "About it.\n\n## one\n# why\n> AT\n<\n<< *\n\n## two\n=> done\n",
        );
        let titles: Vec<&str> = scripts.iter().map(|script| script.title.as_str()).collect();
        assert_eq!(titles, ["one", "two"]);
        let lines = &scripts[0].lines;
        let seen: Vec<_> = lines
            .iter()
            .map(|line| (line.number, line.mark, line.text.as_str()))
            .collect();
        assert_eq!(
            seen,
            [
                (5, Mark::Type, "AT"),
                (6, Mark::Answer, ""),
                (7, Mark::Receive, "*")
            ]
        );
    }

    #[test]
    #[should_panic(expected = "a.txt:2: ~ closed")]
    fn an_unknown_mark_is_named_with_its_line() {
        read("a.txt", "## one\n~ closed\n");
    }

    #[test]
    #[should_panic(expected = "a.txt has no conversation")]
    fn a_file_has_a_conversation() {
        read("a.txt", "About it.\n");
    }

    #[test]
    fn seconds_to_the_millisecond() {
        let millis = |text| seconds(text).map(|time| time.as_millis());
        assert_eq!(millis("20"), Some(20_000));
        assert_eq!(millis("0.4"), Some(400));
        assert_eq!(millis("19.999"), Some(19_999));
        assert_eq!(millis("0.001"), Some(1));
        assert_eq!(millis("0.0001"), None);
        assert_eq!(millis("1."), None);
        assert_eq!(millis("x"), None);
    }

    #[test]
    fn words_keep_what_is_in_quotes_together() {
        assert_eq!(words(r#"put "a \" b" c"#), ["put", r#""a \" b""#, "c"]);
        assert_eq!(words(" pwd "), ["pwd"]);
    }

    #[test]
    fn escapes_of_a_literal() {
        assert_eq!(
            literal(r#"a\r\n\0\x80\\\""#).as_deref(),
            Some(&b"a\r\n\0\x80\\\""[..])
        );
        assert_eq!(literal(r"\q"), None);
        assert_eq!(literal(r"\x8"), None);
    }
}
