//! The progress of a transfer: a bar on standard error while it runs, on a terminal only; then a line of summary there,
//! or a document on standard output.

use std::io::{self, IsTerminal};
use std::time::Duration;

use indicatif::{HumanBytes, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};
use qftp::client::{RetryNotice, Transferred, Verified};
use serde_json::{Value, json};

use crate::app::App;
use crate::console::{self, Format};
use crate::problem::Problem;
use crate::retry;

/// The bar of one transfer; without a terminal it does nothing.
pub(crate) struct Meter {
    bar: Option<ProgressBar>,
    columns: u16,
}

impl Meter {
    /// Makes a bar with a name, if the options allow it and standard error is a terminal.
    pub(crate) fn new(name: &str, app: &App) -> Self {
        // A bar would disturb the lines of a log.
        let wanted = !app.global.quiet && !app.global.verbose;
        let shown = wanted && io::stderr().is_terminal();
        let columns = console::stderr_width();
        Meter {
            bar: shown.then(|| bar(name, ProgressDrawTarget::stderr(), columns)),
            columns,
        }
    }

    /// Makes a meter without a bar.
    pub(crate) fn none() -> Self {
        Meter {
            bar: None,
            columns: 0,
        }
    }

    /// Begins the bar anew, for the next file.
    pub(crate) fn restart(&self, name: &str) {
        if let Some(bar) = &self.bar {
            bar.reset();
            bar.unset_length();
            bar.set_style(style(None, self.columns));
            bar.set_message(name.to_owned());
        }
    }

    /// Prints something above the bar.
    pub(crate) fn suspend<T>(&self, print: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }

    /// Returns the callback for transfers that are tried again: it prints above the bar.
    pub(crate) fn on_retry(&self, app: &App) -> impl FnMut(&RetryNotice) + Send + use<> {
        let bar = self.bar.clone();
        let (quiet, verbose) = (app.global.quiet, app.global.verbose);
        let format = app.global.format();
        move |notice| match &bar {
            _ if quiet && format == Format::Text => {}
            Some(bar) => bar.suspend(|| retry::tell(notice, format, verbose)),
            None => retry::tell(notice, format, verbose),
        }
    }

    /// Moves the bar; the progress callback of the client calls it.
    pub(crate) fn update(&self, done: u64, total: Option<u64>) {
        let Some(bar) = &self.bar else { return };
        if bar.length() != total {
            match total {
                Some(total) => bar.set_length(total),
                None => bar.unset_length(),
            }
            bar.set_style(style(total, self.columns));
        }
        bar.set_position(done);
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// Prints the summary of one file and returns its document.
pub(crate) fn report(app: &App, action: &str, from: &str, to: &str, moved: &Transferred) -> Value {
    if !app.global.quiet && !app.global.json {
        let summary = summary(moved.bytes, moved.elapsed);
        let (tries, proof) = (
            tries(moved.attempts),
            proof(moved.verified, app.global.trust_count),
        );
        console::note(format_args!("{from} -> {to}: {summary}{tries}{proof}"));
    }
    json!({
        "action": action,
        "from": from,
        "to": to,
        "bytes": moved.bytes,
        "seconds": moved.elapsed.as_secs_f64(),
        "offset": moved.offset,
        "attempts": moved.attempts,
        "failures": moved.failures.iter().map(|kind| kind.name()).collect::<Vec<_>>(),
        "verified": moved.verified.name(),
    })
}

/// Prints the summary of a file that went over the line to or from the module's store, and returns its document for [`finish`].
pub(crate) fn stored(app: &App, from: &str, to: &str, bytes: u64, elapsed: Duration) -> Value {
    if !app.global.quiet && !app.global.json {
        console::note(format_args!("{from} -> {to}: {}", summary(bytes, elapsed)));
    }
    json!({ "from": from, "to": to, "bytes": bytes, "seconds": elapsed.as_secs_f64() })
}

/// Prints the document of a file, if the output is JSON.
pub(crate) fn finish(app: &App, row: &Value) -> Result<(), Problem> {
    if app.global.json {
        console::print_json(row)?;
    }
    Ok(())
}

/// Formats `2.86 MiB in 9.2 s (318.44 KiB/s)`; below one second without a rate.
fn summary(bytes: u64, elapsed: Duration) -> String {
    let size = HumanBytes(bytes);
    if elapsed < Duration::from_secs(1) {
        return format!("{size} in {} ms", elapsed.as_millis());
    }
    let rate = u128::from(bytes) * 1000 / elapsed.as_millis();
    let rate = HumanBytes(u64::try_from(rate).unwrap_or(u64::MAX));
    if elapsed < Duration::from_mins(1) {
        format!("{size} in {:.1} s ({rate}/s)", elapsed.as_secs_f64())
    } else {
        format!("{size} in {} ({rate}/s)", HumanDuration(elapsed))
    }
}

/// Returns the number of tries where it was not one.
fn tries(attempts: u32) -> String {
    match attempts {
        0 | 1 => String::new(),
        attempts => format!(", {attempts} tries"),
    }
}

/// Returns the proof where it is not the usual one, that of the sizes.
fn proof(verified: Verified, trusts_count: bool) -> &'static str {
    match verified {
        Verified::Nothing if trusts_count => ", by the module's count",
        Verified::Nothing => ", not verified: the server does not tell the size",
        Verified::Size => "",
        Verified::Content => ", verified by content",
    }
}

fn bar(name: &str, target: ProgressDrawTarget, columns: u16) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, target);
    bar.set_style(style(None, columns));
    // A name may hold control characters.
    bar.set_message(console::shown(name.as_bytes()));
    bar
}

/// Columns that a bar needs, and those that bytes and rate need; below that, percent and time are shown.
const WITH_BAR: u16 = 76;
const WITH_BYTES: u16 = 46;

/// Returns the style for a terminal of some columns: the name gives way first, so that the line never wraps.
fn style(total: Option<u64>, columns: u16) -> ProgressStyle {
    let template = match (total, columns) {
        (Some(_), WITH_BAR..) => {
            "{wide_msg} {percent:>3}% [{bar:16}] {bytes}/{total_bytes} {bytes_per_sec} {eta}"
        }
        (Some(_), WITH_BYTES..) => "{wide_msg} {percent:>3}% {bytes} {bytes_per_sec} {eta}",
        (Some(_), _) => "{wide_msg} {percent:>3}% {eta}",
        (None, WITH_BYTES..) => "{wide_msg} {spinner} {bytes} {bytes_per_sec}",
        (None, _) => "{wide_msg} {bytes}",
    };
    let style = ProgressStyle::with_template(template);
    style.unwrap_or_else(|_| ProgressStyle::default_bar())
}

#[cfg(test)]
mod tests {
    use super::*;
    use indicatif::InMemoryTerm;

    fn meter(name: &str, columns: u16) -> (Meter, InMemoryTerm) {
        let terminal = InMemoryTerm::new(5, columns);
        let target = ProgressDrawTarget::term_like(Box::new(terminal.clone()));
        let bar = Some(bar(name, target, columns));
        (Meter { bar, columns }, terminal)
    }

    fn shown(meter: &Meter, terminal: &InMemoryTerm) -> String {
        if let Some(bar) = &meter.bar {
            bar.tick();
        }
        terminal.contents()
    }

    #[test]
    fn the_bar_shows_and_vanishes() {
        let (meter, terminal) = meter("a\x1b[2J.txt", 100);
        meter.update(512, Some(1024));
        let text = shown(&meter, &terminal);
        for part in ["512 B/1.00 KiB", " 50% [", "a\\u{1b}[2J.txt"] {
            assert!(text.contains(part), "{text}");
        }
        drop(meter);
        assert_eq!(terminal.contents(), "");
    }

    #[test]
    fn the_bar_is_one_line_whatever_the_width_and_the_name() {
        let name = "a-name-that-is-longer-than-a-terminal-of-sixty-columns-is-wide.bin";
        for columns in [24, 40, 60, 80, 120] {
            for total in [Some(3_000_000_000), None] {
                let (meter, terminal) = meter(name, columns);
                meter.update(1_234_567_890, total);
                let text = shown(&meter, &terminal);
                assert_eq!(text.lines().count(), 1, "{columns}: {text}");
                assert_eq!(text.contains('%'), total.is_some(), "{text}");
            }
        }
    }

    #[test]
    fn what_is_usual_is_not_told() {
        assert_eq!((tries(1).as_str(), proof(Verified::Size, false)), ("", ""));
        assert_eq!(tries(2), ", 2 tries");
        assert!(proof(Verified::Content, true).contains("by content"));
        assert!(proof(Verified::Nothing, false).contains("not verified"));
        assert!(proof(Verified::Nothing, true).contains("count"));
    }

    #[test]
    fn summaries() {
        let text = |bytes, millis| summary(bytes, Duration::from_millis(millis));
        assert_eq!(text(0, 0), "0 B in 0 ms");
        assert_eq!(text(1, 999), "1 B in 999 ms");
        assert_eq!(text(1, 1000), "1 B in 1.0 s (1 B/s)");
        assert_eq!(text(2048, 2000), "2.00 KiB in 2.0 s (1.00 KiB/s)");
        assert_eq!(
            text(u64::MAX, 120_000),
            "16.00 EiB in 2 minutes (136.53 PiB/s)"
        );
    }
}
