//! The view of a line of the module: its time, its text, the meaning of its codes.

use std::time::Duration;

use qftp::host;
use serde_json::json;

use super::lines::{ModuleLine, ResultCode, result_code};
use crate::console;
use crate::explanation;

/// The form of lines.
#[derive(Clone, Copy, Debug)]
pub(super) struct View {
    times: bool,
    json: bool,
    colour: bool,
}

impl View {
    /// Makes a view for people or programs; colour is for a terminal alone.
    pub(super) fn new(times: bool, json: bool, is_terminal: bool) -> Self {
        View {
            times,
            json,
            colour: is_terminal && console::has_colour(),
        }
    }

    /// Formats a line that came so long after the beginning. `unasked` says that no command waits for an answer.
    pub(super) fn line(self, at: Duration, line: &ModuleLine, unasked: bool) -> String {
        let text = console::shown(&host::redact(&line.text));
        let meaning = explanation::of_line(&text);
        if self.json {
            return json!({
                "seconds": at.as_secs_f64(),
                "line": text,
                "unsolicited": unasked,
                "meaning": meaning,
            })
            .to_string();
        }
        let colour = match result_code(&line.text) {
            Some(ResultCode::Failed) => "\x1b[31m",
            None if unasked => "\x1b[33m",
            _ => "",
        };
        let mut shown = String::new();
        if self.times {
            let time = format!("{:>9.3}  ", at.as_secs_f64());
            shown.push_str(&self.coloured("\x1b[2m", &time));
        }
        shown.push_str(&self.coloured(colour, &text));
        if let Some(meaning) = meaning {
            shown.push_str(&self.coloured("\x1b[2m", &format!("  ({meaning})")));
        }
        shown
    }

    fn coloured(self, colour: &str, text: &str) -> String {
        if self.colour && !colour.is_empty() {
            format!("{colour}{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(view: View, text: &str) -> String {
        let line = ModuleLine {
            text: text.into(),
            is_echo: false,
        };
        view.line(Duration::from_millis(12_345), &line, true)
    }

    #[test]
    fn codes_are_explained_and_nothing_drives_the_terminal() {
        let view = View::new(true, false, false);
        assert_eq!(
            shown(view, "+CME ERROR: 10"),
            "   12.345  +CME ERROR: 10  (SIM not inserted)"
        );
        let view = View::new(false, false, false);
        assert_eq!(shown(view, "a\x1b[2J"), "a\\u{1b}[2J");
        assert_eq!(shown(view, "+CPIN: READY"), "+CPIN: READY");
        let view = View::new(false, true, false);
        let document: serde_json::Value =
            serde_json::from_str(&shown(view, "+CME ERROR: 10")).expect("JSON");
        assert_eq!(document["meaning"], "SIM not inserted");
        assert_eq!(document["unsolicited"], true);
    }
}
