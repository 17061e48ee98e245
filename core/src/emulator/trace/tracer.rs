//! The maker of a trace: it joins bytes to lines, sums up payload, and takes passwords out.

use std::sync::mpsc::Sender;
use std::time::Duration;

use super::partial_line::{PartialLine, SHORT};
use super::{HostPeer, TraceEvent, TraceKind};
use crate::host::Redactor;
use crate::module::{OutputKind, OutputRun};

/// The silence after which the trace shows what it has of a line or of a payload.
const QUIET: Duration = Duration::from_secs(1);

/// Turns what passes in an emulator into events.
#[derive(Debug)]
pub(in crate::emulator) struct Tracer {
    /// None once the receiver is gone.
    sink: Option<Sender<TraceEvent>>,
    redactor: Redactor,
    host: Option<HostPeer>,
    typed: PartialLine,
    echo: PartialLine,
    told: PartialLine,
    payload: Option<PayloadSum>,
    /// The time at which partial lines and payload are shown.
    due: Option<Duration>,
}

/// Payload in one direction.
#[derive(Clone, Copy, Debug)]
struct PayloadSum {
    from_host: bool,
    bytes: u64,
    last: Duration,
}

impl Tracer {
    pub(in crate::emulator) fn new(sink: Sender<TraceEvent>) -> Self {
        Tracer {
            sink: Some(sink),
            redactor: Redactor::default(),
            host: None,
            typed: PartialLine::default(),
            echo: PartialLine::default(),
            told: PartialLine::default(),
            payload: None,
            due: None,
        }
    }

    /// Shows an event that stands for itself.
    pub(in crate::emulator) fn show(&mut self, now: Duration, kind: TraceKind) {
        self.end_payload();
        self.emit(now, kind);
    }

    /// Notes which host the line has.
    pub(in crate::emulator) fn see_host(&mut self, now: Duration, host: Option<HostPeer>) {
        if self.host == host {
            return;
        }
        if self.host.is_some() {
            self.typed.clear();
            self.show(now, TraceKind::HostWent);
        }
        if let Some(HostPeer { address: peer }) = host {
            self.show(now, TraceKind::HostCame { peer });
        }
        self.host = host;
    }

    /// Notes bytes of a command line, up to its end if they have it.
    pub(in crate::emulator) fn typed(&mut self, now: Duration, bytes: &[u8], ended: bool) {
        self.typed.push(bytes);
        if !ended {
            self.due = Some(now + QUIET);
            return;
        }
        let line = self.typed.take();
        let line = trimmed(&line);
        if !line.is_empty() {
            self.redactor.learn(line);
            self.show(now, self.typed_line(line, true));
        }
    }

    /// Notes payload of the host.
    pub(in crate::emulator) fn payload_taken(&mut self, now: Duration, count: usize) {
        self.add_payload(now, true, count);
    }

    /// Notes bytes that went to the host, all of one kind.
    pub(in crate::emulator) fn told(&mut self, now: Duration, bytes: &[u8], run: OutputRun) {
        match run.kind {
            OutputKind::Payload => {
                // What stands before payload without a line end is a prompt.
                self.show_told(now, true);
                self.add_payload(now, false, bytes.len());
            }
            OutputKind::Echo => {
                for line in self.echo.push_lines(bytes) {
                    if let TraceKind::Typed { text, .. } = self.typed_line(trimmed(&line), true) {
                        self.show(now, TraceKind::Echo { text });
                    }
                }
            }
            OutputKind::Lines => {
                for line in self.told.push_lines(bytes) {
                    let text = self.redactor.line(&line).into_owned();
                    self.show(now, TraceKind::Told { text, ended: true });
                }
                if !self.told.is_shown() {
                    self.due = Some(now + QUIET);
                }
            }
        }
    }

    /// Returns when [`Tracer::expire`] wants to be called.
    pub(in crate::emulator) fn poll_timeout(&self) -> Option<Duration> {
        self.due
    }

    /// Shows partial lines and payload after a silence.
    pub(in crate::emulator) fn expire(&mut self, now: Duration) -> bool {
        if self.due.is_none_or(|due| now < due) {
            return false;
        }
        self.due = None;
        self.end_payload();
        self.show_told(now, false);
        if let Some(line) = self.typed.unshown()
            && !trimmed(line).is_empty()
        {
            let kind = self.typed_line(line, false);
            self.typed.set_shown();
            self.show(now, kind);
        }
        true
    }

    /// Returns the event of a typed line. Bytes that are no command may be payload that came too late: of a key nothing
    /// is shown.
    fn typed_line(&self, line: &[u8], ended: bool) -> TraceKind {
        if is_command(line) || line.len() <= SHORT {
            let text = self.redactor.line(line).into_owned();
            TraceKind::Typed { text, ended }
        } else {
            TraceKind::NoCommand { bytes: line.len() }
        }
    }

    fn show_told(&mut self, now: Duration, taken: bool) {
        if let Some(line) = self.told.unshown() {
            let text = self.redactor.line(line).into_owned();
            self.told.set_shown();
            self.show(now, TraceKind::Told { text, ended: false });
        }
        if taken {
            self.told.clear();
        }
    }

    fn add_payload(&mut self, now: Duration, from_host: bool, count: usize) {
        if count == 0 {
            return;
        }
        if self.payload.is_some_and(|sum| sum.from_host != from_host) {
            self.end_payload();
        }
        let before = self.payload.map_or(0, |sum| sum.bytes);
        if before == 0 {
            self.due = Some(now + QUIET);
        }
        self.payload = Some(PayloadSum {
            from_host,
            bytes: before + count as u64,
            last: now,
        });
    }

    fn end_payload(&mut self) {
        if let Some(PayloadSum {
            from_host,
            bytes,
            last,
        }) = self.payload.take()
        {
            self.emit(last, TraceKind::Payload { from_host, bytes });
        }
    }

    fn emit(&mut self, time: Duration, kind: TraceKind) {
        if let Some(sink) = &self.sink
            && sink.send(TraceEvent { time, kind }).is_err()
        {
            self.sink = None;
        }
    }
}

/// Shows what is left when the emulator ends.
impl Drop for Tracer {
    fn drop(&mut self) {
        self.end_payload();
    }
}

/// Returns a line without the line ends around it; a host that sends CR LF leaves the LF before the next line.
fn trimmed(line: &[u8]) -> &[u8] {
    let is_end = |byte: &u8| matches!(byte, b'\r' | b'\n');
    let start = line.iter().take_while(|byte| is_end(byte)).count();
    let rest = &line[start..];
    let ends = rest.iter().rev().take_while(|byte| is_end(byte)).count();
    &rest[..rest.len() - ends]
}

/// Returns whether a line begins as a command, perhaps behind a few characters of noise.
fn is_command(line: &[u8]) -> bool {
    const NOISE: usize = 3;
    let start = &line[..line.len().min(NOISE + 2)];
    start
        .windows(2)
        .any(|pair| pair.eq_ignore_ascii_case(b"AT"))
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;
    use std::sync::mpsc::{Receiver, channel};

    use super::super::partial_line::LONGEST;
    use super::*;

    fn tracer() -> (Tracer, Receiver<TraceEvent>) {
        let (sender, events) = channel();
        (Tracer::new(sender), events)
    }

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    /// Returns what is shown, a text for each event.
    fn shown(events: &Receiver<TraceEvent>) -> Vec<String> {
        let text = |event: TraceEvent| {
            let what = match event.kind {
                TraceKind::Typed { text, ended } => {
                    format!(
                        "> {}{}",
                        text.escape_ascii(),
                        if ended { "" } else { "..." }
                    )
                }
                TraceKind::Told { text, ended } => {
                    format!(
                        "< {}{}",
                        text.escape_ascii(),
                        if ended { "" } else { "..." }
                    )
                }
                TraceKind::Echo { text } => format!("= {}", text.escape_ascii()),
                TraceKind::Payload { from_host, bytes } => {
                    format!("{} ({bytes})", if from_host { '>' } else { '<' })
                }
                TraceKind::NoCommand { bytes } => format!("? ({bytes})"),
                other => format!("{other:?}"),
            };
            format!("{} {what}", event.time.as_millis())
        };
        events.try_iter().map(text).collect()
    }

    fn tell(tracer: &mut Tracer, now: Duration, kind: OutputKind, bytes: &[u8]) {
        let length = bytes.len();
        tracer.told(now, bytes, OutputRun { kind, length });
    }

    #[test]
    fn lines_are_shown_once_they_end_however_they_are_cut() {
        for size in 1..12 {
            let (mut tracer, events) = tracer();
            for piece in b"AT+CSQ\r".chunks(size) {
                tracer.typed(ms(1), piece, piece.ends_with(b"\r"));
                tell(&mut tracer, ms(1), OutputKind::Echo, piece);
            }
            for piece in b"\r\n+CSQ: 28,99\r\n\r\nOK\r\n".chunks(size) {
                tell(&mut tracer, ms(2), OutputKind::Lines, piece);
            }
            tracer.typed(ms(3), b"\nAT\r", true);
            let lines = [
                "1 > AT+CSQ",
                "1 = AT+CSQ",
                "2 < +CSQ: 28,99",
                "2 < OK",
                "3 > AT",
            ];
            assert_eq!(shown(&events), lines, "pieces of {size}");
        }
    }

    #[test]
    fn payload_is_counted_up_to_the_next_line_or_for_a_second() {
        let (mut tracer, events) = tracer();
        tell(&mut tracer, ms(0), OutputKind::Lines, b"\r\nCONNECT\r\n");
        tell(&mut tracer, ms(5), OutputKind::Payload, b"abc");
        tell(&mut tracer, ms(9), OutputKind::Payload, b"de");
        tell(&mut tracer, ms(10), OutputKind::Lines, b"\r\nOK\r\n");
        assert_eq!(shown(&events), ["0 < CONNECT", "9 < (5)", "10 < OK"]);
        tracer.payload_taken(ms(20), 7);
        assert_eq!(tracer.poll_timeout(), Some(ms(1020)));
        tracer.payload_taken(ms(1019), 1);
        assert!(!tracer.expire(ms(1019)) && tracer.expire(ms(1020)));
        assert_eq!(tracer.poll_timeout(), None);
        tracer.payload_taken(ms(1030), 2);
        drop(tracer);
        assert_eq!(shown(&events), ["1019 > (8)", "1030 > (2)"]);
    }

    #[test]
    fn a_line_that_does_not_end_is_shown_after_a_second_and_again_at_its_end() {
        let (mut tracer, events) = tracer();
        tracer.typed(ms(0), b"AT\n", false);
        tell(&mut tracer, ms(0), OutputKind::Lines, b"\r\n>");
        assert!(tracer.expire(ms(1000)));
        assert_eq!(shown(&events), ["1000 < >...", "1000 > AT\\n..."]);
        assert!(!tracer.expire(ms(9000)), "once");
        tracer.typed(ms(9000), b"\r", true);
        assert_eq!(shown(&events), ["9000 > AT"]);
        // The LF of a CR LF is nothing that waits.
        tracer.typed(ms(9000), b"\n", false);
        tracer.expire(ms(10_000));
        assert_eq!(shown(&events), [""; 0]);
    }

    #[test]
    fn no_password_is_shown_even_if_its_line_comes_in_pieces() {
        let (mut tracer, events) = tracer();
        tracer.typed(ms(0), b"AT+QFTPCFG=\"account\",\"u\",\"sec", false);
        tracer.expire(ms(1000));
        tracer.typed(ms(1001), b"ret\"\r", true);
        for piece in [&b"AT+QFTPCFG=\"account\",\"u\",\"sec"[..], b"ret\"\r"] {
            tell(&mut tracer, ms(1002), OutputKind::Echo, piece);
        }
        tell(
            &mut tracer,
            ms(1003),
            OutputKind::Lines,
            b"\r\n+QFTPCFG: \"account\",\"u\",\"se",
        );
        tracer.expire(ms(3000));
        tell(&mut tracer, ms(3001), OutputKind::Lines, b"cret\"\r\n");
        tell(
            &mut tracer,
            ms(3001),
            OutputKind::Lines,
            b"x \"secret\"\r\n",
        );
        let text = shown(&events).join("\n");
        assert!(!text.contains("sec") && !text.contains("ret"), "{text}");
        assert_eq!(text.matches("***").count(), 6, "{text}");
    }

    #[test]
    fn bytes_that_are_no_command_are_counted() {
        let (mut tracer, events) = tracer();
        for line in [
            &b"MIIEvQIBADANBgkqhkiG9w0B\r"[..],
            b"+++\r",
            b"\xff\x00at+csq\r",
            b"1234567890AT\r",
        ] {
            tracer.typed(ms(0), line, true);
        }
        let lines = ["0 ? (24)", "0 > +++", "0 > \\xff\\x00at+csq", "0 ? (12)"];
        assert_eq!(shown(&events), lines);
    }

    #[test]
    fn a_line_without_end_fills_no_memory() {
        let (mut tracer, events) = tracer();
        for _ in 0..1000 {
            tracer.typed(ms(0), &[b'x'; 1000], false);
            tell(&mut tracer, ms(0), OutputKind::Lines, &[b'x'; 1000]);
        }
        assert!(tracer.typed.take().len() <= LONGEST);
        assert!(tracer.told.take().len() <= LONGEST);
        assert_eq!(shown(&events), [""; 0]);
    }

    #[test]
    fn hosts_come_and_go() {
        let (mut tracer, events) = tracer();
        let first = HostPeer { address: None };
        let second = HostPeer {
            address: Some(SocketAddr::from(([127, 0, 0, 1], 5))),
        };
        for host in [None, Some(first), Some(first), Some(second), None] {
            tracer.see_host(ms(0), host);
        }
        let kinds: Vec<TraceKind> = events.try_iter().map(|event| event.kind).collect();
        let expected = [
            TraceKind::HostCame { peer: None },
            TraceKind::HostWent,
            TraceKind::HostCame {
                peer: second.address,
            },
            TraceKind::HostWent,
        ];
        assert_eq!(kinds, expected);
    }
}
