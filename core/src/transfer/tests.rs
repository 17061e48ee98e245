//! Transfers over a line that breaks, with a driver and a server in memory.

mod begins_anew;
mod budget;
mod count;
mod place;
mod read_back;

use super::*;
use alloc::vec;

const MS: Duration = Duration::from_millis(1);

/// A driver, a server's file and a local one; faults come at random.
struct FaultyLine {
    random: u64,
    now: Duration,
    /// Faults that are still to come.
    faults: u32,
    /// Bits that are still to flip on the line, unnoticed.
    flips: u32,
    ends_downloads: bool,
    server: Option<Vec<u8>>,
    local: Vec<u8>,
}

enum TransferEnd {
    Complete(TransferReport),
    Fail(TransferFailure),
}

impl FaultyLine {
    fn new(seed: u64, faults: u32, ends_downloads: bool) -> Self {
        FaultyLine {
            random: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1,
            now: Duration::ZERO,
            faults,
            flips: 0,
            ends_downloads,
            server: None,
            local: Vec::new(),
        }
    }

    fn below(&mut self, limit: usize) -> usize {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        usize::try_from(self.random >> 20).expect("a number") % limit.max(1)
    }

    fn breaks(&mut self) -> bool {
        let breaks = self.faults > 0 && self.below(3) == 0;
        self.faults -= u32::from(breaks);
        breaks
    }

    /// Flips a bit among the last bytes that were moved.
    fn flip(&mut self, moved: usize, up: bool) {
        if self.flips == 0 || moved == 0 {
            return;
        }
        self.flips -= 1;
        let back = 1 + self.below(moved);
        let file = if up {
            self.server.as_mut().expect("a file")
        } else {
            &mut self.local
        };
        let place = file.len().saturating_sub(back);
        if let Some(byte) = file.get_mut(place) {
            *byte ^= 0x10;
        }
    }

    fn read_back(&mut self, offset: u64, expected: u64) -> TransferOutcome {
        let breaks = self.breaks();
        let [from, count] = [offset, expected].map(|n| usize::try_from(n).expect("in memory"));
        let file = self.server.as_deref().expect("a file");
        let pairs = file[from..from + count].iter().zip(&self.local[from..]);
        let equal = pairs.take_while(|(a, b)| a == b).count();
        if breaks {
            let bytes = self.below(equal + 1) as u64;
            return self.moved(true, usize::try_from(bytes).expect("in memory"), false);
        }
        if equal < count {
            TransferOutcome::Differs(equal as u64)
        } else {
            TransferOutcome::Matched(equal as u64)
        }
    }

    /// Returns content in which no two places look alike.
    fn content(&mut self, length: usize) -> Vec<u8> {
        (0..length)
            .map(|_| u8::try_from(self.below(256)).expect("a byte"))
            .collect()
    }

    fn run(&mut self, mut transfer: Transfer) -> TransferEnd {
        for _ in 0..10_000 {
            let step = transfer.step();
            let outcome = match step {
                TransferStep::Complete(report) => return TransferEnd::Complete(report),
                TransferStep::Fail(failure) => return TransferEnd::Fail(failure),
                step => self.perform(step),
            };
            self.now += MS;
            transfer.done(self.now, outcome);
        }
        panic!("the transfer does not end: {transfer:?}");
    }

    fn perform(&mut self, step: TransferStep) -> TransferOutcome {
        let broken = |bytes: usize| TransferOutcome::Failed {
            kind: ErrorKind::ConnectionLost,
            reply: None,
            bytes: bytes as u64,
        };
        match step {
            TransferStep::Wait(until) => {
                assert!(until > self.now);
                self.now = until;
                TransferOutcome::Done
            }
            TransferStep::Cut(length) => {
                self.local
                    .truncate(usize::try_from(length).expect("in memory"));
                TransferOutcome::Done
            }
            _ if matches!(step, TransferStep::Put { .. } | TransferStep::Get { .. }) => {
                self.transfer(step)
            }
            TransferStep::ReadBack {
                offset,
                length,
                expected,
            } => {
                assert!(length.is_none() || self.ends_downloads);
                self.read_back(offset, expected)
            }
            _ if self.breaks() => broken(0),
            TransferStep::Recover { .. } => TransferOutcome::Done,
            TransferStep::Size => TransferOutcome::Size(match &self.server {
                None => RemoteSize::Absent,
                Some(file) => RemoteSize::Known(file.len() as u64),
            }),
            TransferStep::Compare {
                offset,
                length,
                expected,
            } => {
                let file = self.server.as_deref().unwrap_or_default();
                let [from, count] =
                    [offset, length].map(|n| usize::try_from(n).expect("in memory"));
                assert_eq!(
                    expected,
                    if self.ends_downloads {
                        length
                    } else {
                        file.len() as u64 - offset
                    }
                );
                TransferOutcome::Compared(
                    file[from..from + count] == self.local[from..from + count],
                )
            }
            step => panic!("{step:?}"),
        }
    }

    fn transfer(&mut self, step: TransferStep) -> TransferOutcome {
        let breaks = self.breaks();
        match step {
            TransferStep::Put { offset, limit } => {
                let from = usize::try_from(offset).expect("in memory");
                let rest = self.local.len() - from;
                let count = limit.map_or(rest, |limit| {
                    rest.min(usize::try_from(limit).expect("in memory"))
                });
                let mut file = self.server.take().unwrap_or_default();
                assert!(from <= file.len(), "a hole");
                file.truncate(from);
                let sent = if breaks { self.below(count + 1) } else { count };
                file.extend_from_slice(&self.local[from..from + sent]);
                if breaks && self.below(2) == 0 {
                    // A byte was lost before, or the probes of a next host are in the file.
                    if self.below(2) == 0 && file.len() > from {
                        let lost = from + self.below(file.len() - from);
                        file.remove(lost);
                    }
                    file.extend_from_slice(b"AT\rAT\rAT\r");
                }
                self.server = Some(file);
                self.flip(sent, true);
                self.moved(breaks, sent, count == rest)
            }
            TransferStep::Get {
                offset,
                length,
                expected,
                overlap,
            } => {
                let [from, skip] =
                    [offset, overlap].map(|n| usize::try_from(n).expect("in memory"));
                let file = self.server.clone().expect("a file");
                let rest = &file[from..];
                assert!(length.is_none() || self.ends_downloads);
                let count = length.map_or(rest.len(), |length| {
                    usize::try_from(length).expect("in memory")
                });
                assert_eq!(expected, Some(count as u64));
                if rest[..skip] != self.local[from..from + skip] {
                    return TransferOutcome::Compared(false);
                }
                assert_eq!(
                    self.local.len(),
                    from + skip,
                    "the sink ends where the download goes on"
                );
                let came = if breaks {
                    self.below(count - skip + 1)
                } else {
                    count - skip
                };
                self.local.extend_from_slice(&rest[skip..skip + came]);
                if breaks {
                    let banner = b"\r\nRDY\r\n";
                    let lost = self.below(3) == 0 && came > 0;
                    if lost {
                        let at = from + skip + self.below(came);
                        self.local.remove(at);
                    }
                    self.local.extend_from_slice(banner);
                    return self.moved(true, came + banner.len() - usize::from(lost), false);
                }
                self.now += MS * 10;
                self.flip(came, false);
                TransferOutcome::Received {
                    bytes: came as u64,
                    overhead: MS,
                }
            }
            step => panic!("{step:?}"),
        }
    }

    fn moved(&mut self, breaks: bool, bytes: usize, last: bool) -> TransferOutcome {
        let bytes = bytes as u64;
        if breaks {
            let kinds = [
                ErrorKind::ConnectionLost,
                ErrorKind::Restarted,
                ErrorKind::Line,
                ErrorKind::ServerTimeout,
            ];
            let kind = kinds[self.below(kinds.len())];
            return TransferOutcome::Failed {
                kind,
                reply: None,
                bytes,
            };
        }
        self.now += MS * 10;
        TransferOutcome::Sent {
            bytes,
            last,
            overhead: MS,
        }
    }
}

fn patient() -> RetryPolicy {
    RetryPolicy::STANDARD.with_retries(20)
}

#[test]
fn an_upload_over_a_breaking_line_is_whole() {
    for seed in 0..200 {
        let mut line = FaultyLine::new(seed, 8, seed % 2 == 0);
        let length = line.below(700_000);
        line.local = line.content(length);
        let mut request = UploadRequest::new(UploadStart::At(0), Some(length as u64));
        request.ends_downloads = line.ends_downloads;
        request.joins_pieces = seed % 3 == 0;
        let end = line.run(Transfer::upload(Duration::ZERO, request, patient()));
        let TransferEnd::Complete(report) = end else {
            panic!("seed {seed}")
        };
        assert!(
            report.verified == Verified::Size && report.bytes == length as u64,
            "seed {seed}"
        );
        assert!(line.server.as_deref() == Some(&line.local), "seed {seed}");
    }
}

#[test]
fn a_download_over_a_breaking_line_is_whole() {
    for seed in 0..200 {
        let mut line = FaultyLine::new(seed, 8, seed % 2 == 0);
        let length = line.below(700_000);
        let file = line.content(length);
        line.server = Some(file.clone());
        let request = DownloadRequest {
            ends_downloads: line.ends_downloads,
            ..DownloadRequest::new()
        };
        let end = line.run(Transfer::download(Duration::ZERO, request, patient()));
        let TransferEnd::Complete(report) = end else {
            panic!("seed {seed}")
        };
        assert!(
            report.verified == Verified::Size && report.bytes == length as u64,
            "seed {seed}"
        );
        assert!(line.local == file, "seed {seed}");
    }
}

#[test]
fn a_file_that_another_process_began_is_continued_where_it_is_equal() {
    for seed in 0..200 {
        let mut line = FaultyLine::new(seed, 2, seed % 2 == 0);
        let source = line.content(300_000);
        let there = line.below(source.len() + 1);
        let mut remote = source[..there].to_vec();
        if seed % 3 == 0 {
            remote.extend_from_slice(b"AT\rAT\rAT\r");
        }
        line.server = Some(remote);
        line.local.clone_from(&source);
        let mut request = UploadRequest::new(UploadStart::Continue, Some(source.len() as u64));
        request.ends_downloads = line.ends_downloads;
        match line.run(Transfer::upload(Duration::ZERO, request, patient())) {
            TransferEnd::Complete(_) => assert!(line.server == Some(source), "seed {seed}"),
            TransferEnd::Fail(failure) => {
                assert!(
                    matches!(failure.cause, FailureCause::SizeDiffers { .. }),
                    "{failure:?}"
                );
                assert!(there + 9 > source.len(), "seed {seed}");
            }
        }
    }
}

#[test]
fn a_download_goes_on_behind_what_is_here_and_equal() {
    for seed in 0..200 {
        let mut line = FaultyLine::new(seed, 2, seed % 2 == 0);
        let file = line.content(300_000);
        let here = line.below(file.len() + 1);
        line.local = file[..here].to_vec();
        if seed % 3 == 0 {
            line.local.extend_from_slice(b"\r\nRDY\r\n");
        }
        line.server = Some(file.clone());
        let request = DownloadRequest {
            present: line.local.len() as u64,
            ends_downloads: line.ends_downloads,
            ..DownloadRequest::new()
        };
        let end = line.run(Transfer::download(Duration::ZERO, request, patient()));
        assert!(matches!(end, TransferEnd::Complete(_)), "seed {seed}");
        assert!(line.local == file, "seed {seed}");
    }
}

#[test]
fn an_append_keeps_what_was_there() {
    for seed in 0..200 {
        let mut line = FaultyLine::new(seed, 4, seed % 2 == 0);
        let log = line.content(5000);
        let new = line.content(80_000);
        line.server = Some(log.clone());
        // The driver's source begins behind the log.
        line.local = [log, new].concat();
        let request = UploadRequest {
            ends_downloads: line.ends_downloads,
            ..UploadRequest::new(UploadStart::End, Some(80_000))
        };
        let end = line.run(Transfer::upload(Duration::ZERO, request, patient()));
        let TransferEnd::Complete(report) = end else {
            panic!("seed {seed}")
        };
        assert_eq!((report.offset, report.bytes), (5000, 80_000));
        assert!(line.server.as_deref() == Some(&line.local), "seed {seed}");
    }
}

#[test]
fn an_append_to_a_file_of_unknown_size_ends_before_a_byte_is_sent() {
    let request = UploadRequest::new(UploadStart::End, Some(3));
    let mut transfer = Transfer::upload(Duration::ZERO, request, RetryPolicy::STANDARD);
    assert_eq!(transfer.step(), TransferStep::Size);
    transfer.done(MS, TransferOutcome::Size(RemoteSize::Unknown));
    let TransferStep::Fail(failure) = transfer.step() else {
        panic!("{transfer:?}")
    };
    assert_eq!(failure.cause, FailureCause::SizeUnknown);
    assert_eq!((failure.bytes_confirmed, failure.attempts), (0, 1));
}

#[test]
fn a_server_that_cannot_continue_a_file_gets_all_of_it_at_once() {
    let size = 600_000;
    let request = UploadRequest::new(UploadStart::At(0), Some(size));
    let mut transfer = Transfer::upload(Duration::ZERO, request, RetryPolicy::STANDARD);
    let TransferStep::Put {
        limit: Some(limit), ..
    } = transfer.step()
    else {
        panic!()
    };
    let moved = |bytes, last| TransferOutcome::Sent {
        bytes,
        last,
        overhead: MS,
    };
    transfer.done(MS, moved(limit, false));
    assert_eq!(transfer.step(), TransferStep::Size);
    transfer.done(MS, TransferOutcome::Size(RemoteSize::Known(limit)));
    assert!(matches!(transfer.step(), TransferStep::Put { offset, .. } if offset == limit));
    let kind = ErrorKind::ServerRefused;
    transfer.done(
        MS,
        TransferOutcome::Failed {
            kind,
            reply: None,
            bytes: 0,
        },
    );
    assert_eq!(
        transfer.step(),
        TransferStep::Put {
            offset: 0,
            limit: None
        }
    );
    transfer.done(MS, moved(size, true));
    transfer.done(MS, TransferOutcome::Size(RemoteSize::Unknown));
    let TransferStep::Complete(report) = transfer.step() else {
        panic!("{transfer:?}")
    };
    assert_eq!((report.bytes, report.verified), (size, Verified::Nothing));
    assert_eq!(report.failures, vec![kind]);
}

#[test]
fn a_file_with_another_size_is_no_success() {
    let request = UploadRequest::new(UploadStart::At(0), Some(3));
    let mut transfer = Transfer::upload(Duration::ZERO, request, RetryPolicy::NONE);
    transfer.done(
        MS,
        TransferOutcome::Sent {
            bytes: 3,
            last: true,
            overhead: MS,
        },
    );
    transfer.done(MS, TransferOutcome::Size(RemoteSize::Known(2)));
    let TransferStep::Fail(failure) = transfer.step() else {
        panic!("{transfer:?}")
    };
    assert_eq!(
        failure.cause,
        FailureCause::SizeDiffers {
            found: 2,
            expected: 3
        }
    );
}

#[test]
fn a_module_that_fell_silent_behind_the_last_byte_is_believed_only_by_the_size() {
    let kind = ErrorKind::ServerTimeout;
    for (size, complete) in [
        (RemoteSize::Known(3), true),
        (RemoteSize::Known(2), false),
        (RemoteSize::Unknown, false),
        (RemoteSize::Absent, false),
    ] {
        let request = UploadRequest::new(UploadStart::At(0), Some(3));
        let mut transfer = Transfer::upload(Duration::ZERO, request, RetryPolicy::NONE);
        transfer.done(
            MS,
            TransferOutcome::Failed {
                kind,
                reply: None,
                bytes: 3,
            },
        );
        assert_eq!(transfer.step(), TransferStep::Size);
        transfer.done(MS, TransferOutcome::Size(size));
        let ended = matches!(transfer.step(), TransferStep::Complete(_));
        assert_eq!(ended, complete, "{size:?}");
    }
}

/// Returns the bytes that an upload claims whose server goes behind the first piece.
fn claimed_behind_a_piece(joins_pieces: bool) -> u64 {
    let now = Duration::ZERO;
    let mut request = UploadRequest::new(UploadStart::At(0), Some(1_000_000));
    request.joins_pieces = joins_pieces;
    let policy = RetryPolicy::STANDARD.with_retries(0);
    let mut transfer = Transfer::upload(now, request, policy);
    let piece = TransferOutcome::Sent {
        bytes: 1000,
        last: false,
        overhead: now,
    };
    transfer.done(now, piece);
    if transfer.step() == TransferStep::Size {
        transfer.done(now, TransferOutcome::Size(RemoteSize::Known(1000)));
    }
    let gone = TransferOutcome::Failed {
        kind: ErrorKind::ConnectionLost,
        reply: None,
        bytes: 300,
    };
    transfer.done(now, gone);
    let TransferStep::Fail(failure) = transfer.step() else {
        panic!("{:?}", transfer.step());
    };
    failure.bytes_confirmed
}

#[test]
fn a_piece_on_an_open_data_connection_is_not_claimed() {
    assert_eq!(claimed_behind_a_piece(true), 0);
    assert_eq!(claimed_behind_a_piece(false), 1000);
}
