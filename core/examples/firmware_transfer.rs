//! A transfer that survives faults, in a firmware's own loop around the engines [`Host`] and [`Transfer`].
//!
//! Only [`Board`] is about the hardware. Here a port stands in for it:
//!
//! ```console
//! $ export FTP_HOST=ftp.example.com FTP_USER=joe FTP_PASSWORD=word
//! $ cargo run -p qftp --example firmware_transfer -- put /dev/ttyUSB2 log.txt logs/log.txt
//! ```

use std::time::{Duration, Instant};
use std::{env, fs, io};

use qftp::codes::FtpCode;
use qftp::host::{Answer, Event, Host, HostError, Listing, Login, Operation};
use qftp::port::Port;
use qftp::transfer::{
    DownloadRequest, END_TO_READ, RemoteSize, RetryPolicy, Transfer, TransferFailure,
    TransferOutcome, TransferReport, TransferStep, UploadRequest, UploadStart, end_to_compare,
};
use qftp::{ErrorKind, dialect};

/// The most bytes that [`end_to_compare`] asks for.
const LONGEST_END: usize = 16 * 1024;
/// With a shorter overlap, the module counted what is here.
const TAIL: u64 = 1024;

/// A UART and a clock, as a firmware has them.
pub(crate) trait Board {
    /// Returns the time since the start.
    fn now(&self) -> Duration;
    /// Writes what the UART takes now.
    fn write(&mut self, bytes: &[u8]) -> usize;
    /// Waits for bytes until then.
    fn read(&mut self, buffer: &mut [u8], until: Option<Duration>) -> usize;
    /// Throws away what the UART has not sent.
    fn discard(&mut self);
    /// Returns the bytes that the UART has not sent.
    fn unsent(&mut self) -> usize;
}

/// A firmware that moves files of its flash.
pub(crate) struct Firmware<B> {
    host: Host,
    board: B,
    login: Login,
    /// Says how often a transfer goes on after a failure.
    pub(crate) retry: RetryPolicy,
}

/// A file of the flash, and the end of the transfer that it is.
enum Flash<'a> {
    Source(&'a [u8]),
    Sink(&'a mut Vec<u8>),
}

impl Flash<'_> {
    fn content(&self) -> &[u8] {
        match self {
            Flash::Source(log) => log,
            Flash::Sink(image) => image,
        }
    }
}

impl<B: Board> Firmware<B> {
    /// Identifies the module and logs in.
    ///
    /// # Errors
    ///
    /// Those of the line; the server refuses.
    pub(crate) fn start(board: B, login: Login) -> Result<Self, HostError> {
        let host = Host::new(&dialect::ec2x::EC2X);
        let retry = RetryPolicy::STANDARD;
        let mut firmware = Firmware {
            host,
            board,
            login,
            retry,
        };
        firmware.recover()?;
        Ok(firmware)
    }

    /// Uploads what the server's file lacks of a log.
    ///
    /// # Errors
    ///
    /// It failed more often than the policy allows, or in a way that does not pass.
    pub(crate) fn upload(
        &mut self,
        remote: &[u8],
        log: &[u8],
    ) -> Result<TransferReport, TransferFailure> {
        let (start, size) = (UploadStart::Continue, Some(log.len() as u64));
        let request = UploadRequest::for_dialect(self.host.dialect(), start, size);
        let transfer = Transfer::upload(self.board.now(), request, self.retry);
        self.run_transfer(transfer, remote, &mut Flash::Source(log))
    }

    /// Downloads what an image lacks of the server's file.
    ///
    /// # Errors
    ///
    /// As [`Firmware::upload`].
    pub(crate) fn download(
        &mut self,
        remote: &[u8],
        image: &mut Vec<u8>,
    ) -> Result<TransferReport, TransferFailure> {
        let mut request = DownloadRequest::for_dialect(self.host.dialect());
        request.present = image.len() as u64;
        let transfer = Transfer::download(self.board.now(), request, self.retry);
        let result = self.run_transfer(transfer, remote, &mut Flash::Sink(image));
        if let Err(failure) = &result {
            image.truncate(index(failure.bytes_kept));
        }
        result
    }

    /// Carries out step after step, until there is none.
    fn run_transfer(
        &mut self,
        mut transfer: Transfer,
        remote: &[u8],
        flash: &mut Flash<'_>,
    ) -> Result<TransferReport, TransferFailure> {
        loop {
            let outcome = match transfer.step() {
                TransferStep::Complete(report) => return Ok(report),
                TransferStep::Fail(failure) => return Err(failure),
                step => self.perform(&step, transfer.base(), remote, flash),
            };
            transfer.done(self.board.now(), outcome);
        }
    }

    /// Carries out one step. The flash has what stands in the remote file from `base` on.
    fn perform(
        &mut self,
        step: &TransferStep,
        base: u64,
        remote: &[u8],
        flash: &mut Flash<'_>,
    ) -> TransferOutcome {
        match (step, flash) {
            (TransferStep::Size, flash) => self.size(remote, flash),
            (TransferStep::Put { offset, limit }, Flash::Source(log)) => {
                let rest = &log[index(offset - base)..];
                let most = limit.map_or(usize::MAX, index).min(rest.len());
                self.put(remote, *offset, &rest[..most], most == rest.len())
            }
            (
                TransferStep::Get {
                    offset,
                    length,
                    expected,
                    overlap,
                },
                Flash::Sink(image),
            ) => {
                let end = &image[image.len().saturating_sub(END_TO_READ)..];
                let compared = match overlap {
                    0 => 0,
                    _ => end_to_compare(end),
                };
                if compared == LONGEST_END && *overlap >= TAIL {
                    return TransferOutcome::Compared(false); // it repeats itself, and proves nothing
                }
                let more = compared as u64 - overlap;
                let expected = expected.map(|expected| expected + more);
                let get = get(
                    remote,
                    offset - more,
                    length.map(|length| length + more),
                    expected,
                );
                self.get(get, expected, compared, image)
            }
            (
                TransferStep::Compare {
                    offset,
                    length,
                    expected,
                },
                Flash::Source(log),
            ) => {
                let known = &log[index(offset - base)..index(offset - base + length)];
                let part = self.host.dialect().ends_downloads().then_some(*length);
                match self.compare(get(remote, *offset, part, Some(*expected)), known) {
                    Ok((equal, _)) => TransferOutcome::Compared(equal == known.len()),
                    Err((error, _)) => failed(&error, 0),
                }
            }
            (
                TransferStep::ReadEnd {
                    start,
                    end,
                    is_last,
                },
                flash,
            ) => {
                let piece = &flash.content()[index(start - base)..index(end - base)];
                let last_ones = &piece[piece.len().saturating_sub(END_TO_READ)..];
                let known = &piece[piece.len() - end_to_compare(last_ones)..];
                let length = known.len() as u64;
                let part = (!is_last).then_some(length);
                self.read_back(get(remote, end - length, part, Some(length)), known)
            }
            (
                TransferStep::ReadBack {
                    offset,
                    length,
                    expected,
                },
                flash,
            ) => {
                let known = &flash.content()[index(offset - base)..index(offset - base + expected)];
                self.read_back(get(remote, *offset, *length, Some(*expected)), known)
            }
            (TransferStep::Cut(length), Flash::Sink(image)) => {
                image.truncate(index(*length));
                TransferOutcome::Done
            }
            (TransferStep::Wait(until), _) => {
                while self.board.now() < *until {
                    self.turn(*until);
                    while self.host.poll_event().is_some() {}
                }
                TransferOutcome::Done
            }
            (TransferStep::Recover { .. }, _) => match self.recover() {
                Ok(()) => TransferOutcome::Done,
                Err(error) => failed(&error, 0),
            },
            _ => TransferOutcome::Failed {
                kind: ErrorKind::Internal,
                reply: None,
                bytes: 0,
            },
        }
    }

    /// Brings the session back. A UART cannot break; a firmware on USB opens its port anew before.
    fn recover(&mut self) -> Result<(), HostError> {
        self.run(Operation::Identify, &mut &[][..], |_| true)?;
        let login = self.login.clone();
        self.run(Operation::Login(&login), &mut &[][..], |_| true)?;
        Ok(())
    }

    fn size(&mut self, remote: &[u8], flash: &Flash<'_>) -> TransferOutcome {
        let is_upload = matches!(flash, Flash::Source(_));
        match self.run(Operation::Size(remote), &mut &[][..], |_| true) {
            Ok(size) => TransferOutcome::Size(RemoteSize::Known(size)),
            Err(error) if error.kind() == ErrorKind::Unsupported => {
                TransferOutcome::Size(RemoteSize::Unknown)
            }
            Err(error) if is_upload && error.ftp_reply() == Some(FtpCode::FILE_UNAVAILABLE) => {
                self.look_for(remote)
            }
            Err(error) => failed(&error, 0),
        }
    }

    /// Tells a file that is not there from one whose size the server keeps to itself: both are 550.
    fn look_for(&mut self, remote: &[u8]) -> TransferOutcome {
        let slash = remote.iter().rposition(|byte| *byte == b'/');
        let (directory, name) = match slash {
            Some(0) => (&b"/"[..], &remote[1..]),
            Some(slash) => (&remote[..slash], &remote[slash + 1..]),
            None => (&b"."[..], remote),
        };
        let mut names = Vec::new();
        let list = Operation::List(Listing::Names, directory);
        let result = self.run(list, &mut &[][..], |bytes| {
            names.extend_from_slice(bytes);
            true
        });
        // A server may list a name with its path.
        let is_it =
            |line: &[u8]| line.trim_ascii_end().rsplit(|byte| *byte == b'/').next() == Some(name);
        TransferOutcome::Size(match result {
            Ok(_) if !names.split(|byte| *byte == b'\n').any(is_it) => RemoteSize::Absent,
            // A dialect without a listing has the server's word alone.
            Err(error) if error.kind() == ErrorKind::Unsupported => RemoteSize::Absent,
            Err(error) if error.ftp_reply().is_none() => return failed(&error, 0),
            _ => RemoteSize::Unknown,
        })
    }

    fn put(&mut self, remote: &[u8], offset: u64, piece: &[u8], last: bool) -> TransferOutcome {
        let length = piece.len() as u64;
        let operation = Operation::Put {
            remote,
            offset,
            length,
            last,
        };
        let mut rest = piece;
        let result = self.run(operation, &mut rest, |_| true);
        match result {
            Ok(bytes) if bytes == length => TransferOutcome::Sent {
                bytes,
                last,
                overhead: self.host.connect_time().unwrap_or_default(),
            },
            Ok(bytes) => incomplete(bytes),
            Err(error) => failed(&error, length - rest.len() as u64),
        }
    }

    /// Downloads a piece behind what the image has. Its first bytes, `overlap` of them, are the last ones of the image.
    fn get(
        &mut self,
        operation: Operation<'_>,
        expected: Option<u64>,
        overlap: usize,
        image: &mut Vec<u8>,
    ) -> TransferOutcome {
        let known = image[image.len() - overlap..].to_vec();
        let (before, mut compared, mut differs) = (image.len(), 0, false);
        let result = self.run(operation, &mut &[][..], |bytes| {
            let count = bytes.len().min(overlap - compared);
            differs |= known[compared..compared + count] != bytes[..count];
            compared += count;
            if !differs {
                image.extend_from_slice(&bytes[count..]);
            }
            !differs
        });
        let bytes = (image.len() - before) as u64;
        match result {
            _ if differs => TransferOutcome::Compared(false),
            Ok(count)
                if count == overlap as u64 + bytes && expected.is_none_or(|all| all == count) =>
            {
                TransferOutcome::Received {
                    bytes,
                    overhead: self.host.connect_time().unwrap_or_default(),
                }
            }
            Ok(_) => incomplete(bytes),
            Err(error) => failed(&error, bytes),
        }
    }

    fn read_back(&mut self, operation: Operation<'_>, known: &[u8]) -> TransferOutcome {
        match self.compare(operation, known) {
            Ok((equal, came)) if equal == known.len() && came == equal as u64 => {
                TransferOutcome::Matched(came)
            }
            Ok((equal, came)) if came > equal as u64 => TransferOutcome::Differs(equal as u64),
            Ok((equal, _)) => incomplete(equal as u64),
            Err((error, equal)) => failed(&error, equal as u64),
        }
    }

    /// Compares what comes with bytes that are known. Returns how many of those are equal, and how many came; a difference
    /// ends the download.
    fn compare(
        &mut self,
        operation: Operation<'_>,
        known: &[u8],
    ) -> Result<(usize, u64), (HostError, usize)> {
        let (mut equal, mut came, mut differs) = (0, 0, false);
        let result = self.run(operation, &mut &[][..], |bytes| {
            let pairs = known[equal..].iter().zip(bytes);
            let same = pairs.take_while(|(known, came)| known == came).count();
            came += bytes.len() as u64;
            equal += same;
            differs = same < bytes.len() && equal < known.len();
            !differs
        });
        match result {
            Err(error) if !differs => Err((error, equal)),
            _ => Ok((equal, came)),
        }
    }

    /// Runs one operation to its end: gives it bytes of the source, and hands out what comes until `take` returns false.
    /// Returns the number of the answer.
    fn run(
        &mut self,
        operation: Operation<'_>,
        source: &mut &[u8],
        mut take: impl FnMut(&[u8]) -> bool,
    ) -> Result<u64, HostError> {
        self.host.start(self.board.now(), operation)?;
        loop {
            let mut goes_on = true;
            while let Some(event) = self.host.poll_event() {
                match event {
                    Event::Data(bytes) if goes_on => goes_on = take(bytes),
                    Event::Done(result) => {
                        return result.map(|answer| match answer {
                            Answer::Number(number) => number,
                            _ => 0,
                        });
                    }
                    _ => {}
                }
            }
            if !goes_on {
                self.host.abort(self.board.now());
                continue;
            }
            let taken = self.host.supply(source);
            *source = &source[taken..];
            self.turn(Duration::MAX);
        }
    }

    /// Moves bytes once, both ways, and tells the engine the time. It waits until then at most.
    fn turn(&mut self, until: Duration) {
        let (host, board) = (&mut self.host, &mut self.board);
        if host.poll_discard() {
            board.discard();
        }
        if host.keeps_silence() && board.unsent() > 0 {
            host.note_unsent(board.now());
        }
        if let Some(bytes) = host.poll_transmit() {
            let count = board.write(bytes);
            host.transmitted(board.now(), count);
        }
        // With more to write there is no time to wait.
        let due = host.poll_timeout().unwrap_or(until).min(until);
        let until = if host.poll_transmit().is_some() {
            board.now()
        } else {
            due
        };
        let mut buffer = [0; 256];
        let count = board.read(&mut buffer, Some(until));
        host.handle_input(board.now(), &buffer[..count]);
        if host.poll_timeout().is_some_and(|due| due <= board.now()) {
            host.handle_timeout(board.now());
        }
    }
}

fn get(remote: &[u8], offset: u64, length: Option<u64>, expected: Option<u64>) -> Operation<'_> {
    Operation::Get {
        remote,
        offset,
        length,
        expected,
    }
}

fn failed(error: &HostError, bytes: u64) -> TransferOutcome {
    TransferOutcome::Failed {
        kind: error.kind(),
        reply: error.ftp_reply().map(|code| code.0),
        bytes,
    }
}

fn incomplete(bytes: u64) -> TransferOutcome {
    TransferOutcome::Failed {
        kind: ErrorKind::Incomplete,
        reply: None,
        bytes,
    }
}

/// Converts a position; a file that is in memory has no position beyond what memory can have.
fn index(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}

/// A port in place of a UART.
pub(crate) struct PortBoard {
    port: Box<dyn Port>,
    start: Instant,
}

impl PortBoard {
    /// Begins its time.
    pub(crate) fn new(port: Box<dyn Port>) -> Self {
        let start = Instant::now();
        PortBoard { port, start }
    }
}

impl Board for PortBoard {
    fn now(&self) -> Duration {
        self.start.elapsed()
    }

    fn write(&mut self, bytes: &[u8]) -> usize {
        let step = &bytes[..bytes.len().min(256)];
        self.port.write(step, Duration::ZERO).unwrap_or(0)
    }

    fn read(&mut self, buffer: &mut [u8], until: Option<Duration>) -> usize {
        let longest = Duration::from_millis(20);
        let patience = until.map_or(longest, |until| until.saturating_sub(self.now()));
        self.port.read(buffer, patience.min(longest)).unwrap_or(0)
    }

    fn discard(&mut self) {
        let _ = self.port.discard_output();
    }

    fn unsent(&mut self) -> usize {
        self.port.unsent().unwrap_or(0)
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [verb, url, file, remote] = &arguments[..] else {
        return Err("usage: firmware_transfer put|get PORT FILE REMOTE".into());
    };
    let (host, user) = (env::var("FTP_HOST")?, env::var("FTP_USER")?);
    let login = Login::new(host, user, env::var("FTP_PASSWORD")?);
    let board = PortBoard::new(qftp::connect::open(url)?);
    let mut firmware = Firmware::start(board, login)?;
    let result = if verb == "put" {
        firmware.upload(remote.as_bytes(), &fs::read(file)?)
    } else {
        // What an earlier run left is continued; what is not confirmed is not kept.
        let mut image = match fs::read(file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            read => read?,
        };
        let result = firmware.download(remote.as_bytes(), &mut image);
        fs::write(file, image)?;
        result
    };
    match result {
        Ok(report) => println!("{} bytes from {}", report.bytes, report.offset),
        Err(failure) => return Err(format!("the transfer failed: {:?}", failure.cause).into()),
    }
    Ok(())
}
