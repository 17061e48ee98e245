//! Downloads whose module reads from another place once: a digit of the offset was lost on the line.

use super::*;

/// Runs a download whose command of this number reads from another place. Returns its local file, the number of commands
/// and how it ended.
fn run(
    request: DownloadRequest,
    file: &[u8],
    misplaced: usize,
) -> (Vec<u8>, usize, TransferReport) {
    let mut transfer = Transfer::download(Duration::ZERO, request, patient());
    let base = usize::try_from(request.offset).expect("in memory");
    let mut local: Vec<u8> = Vec::new();
    let mut commands = 0;
    let mut now = Duration::ZERO;
    loop {
        let mut fetch = |offset: u64, count: usize| {
            commands += 1;
            let place = if commands == misplaced {
                offset / 10
            } else {
                offset
            };
            let place = usize::try_from(place).expect("in memory");
            let end = file.len().min(place + count);
            file[place..end].to_vec()
        };
        now += MS * 10;
        let outcome = match transfer.step() {
            TransferStep::Complete(report) => return (local, commands, report),
            TransferStep::Fail(failure) => panic!("{failure:?}"),
            TransferStep::Wait(until) => {
                now = until;
                TransferOutcome::Done
            }
            TransferStep::Recover { .. } => TransferOutcome::Done,
            TransferStep::Size => TransferOutcome::Size(RemoteSize::Known(file.len() as u64)),
            TransferStep::Cut(length) => {
                local.truncate(usize::try_from(length).expect("in memory"));
                TransferOutcome::Done
            }
            TransferStep::Get {
                offset,
                length,
                expected,
                overlap,
            } => {
                let most = length.map_or(usize::MAX / 2, |n| usize::try_from(n).expect("small"));
                let came = fetch(offset, most);
                let overlap = usize::try_from(overlap).expect("small");
                let known = &local[local.len() - overlap..];
                if Some(came.len() as u64) != expected {
                    TransferOutcome::Failed {
                        kind: ErrorKind::Incomplete,
                        reply: None,
                        bytes: 0,
                    }
                } else if came.starts_with(known) {
                    local.extend(&came[overlap..]);
                    TransferOutcome::Received {
                        bytes: (came.len() - overlap) as u64,
                        overhead: MS,
                    }
                } else {
                    TransferOutcome::Compared(false)
                }
            }
            TransferStep::ReadEnd {
                start,
                end,
                is_last,
            } => {
                assert!(!is_last);
                let count = usize::try_from((end - start).min(128)).expect("small");
                let came = fetch(end - count as u64, count);
                let at = usize::try_from(end).expect("in memory") - base - count;
                if came == local[at..at + count] {
                    TransferOutcome::Matched(count as u64)
                } else {
                    TransferOutcome::Differs(0)
                }
            }
            step => panic!("{step:?}"),
        };
        transfer.done(now, outcome);
    }
}

fn request(offset: u64, length: Option<u64>) -> DownloadRequest {
    DownloadRequest {
        offset,
        length,
        ends_downloads: true,
        ..DownloadRequest::new()
    }
}

#[test]
fn a_piece_of_another_place_is_fetched_again() {
    let file = FaultyLine::new(1, 0, true).content(1_500_000);
    let forms = [
        request(0, None),
        request(5000, None),
        request(0, Some(900)),
        request(700, Some(50)),
        request(700, Some(700_000)),
        request(1_400_000, Some(100_000)),
    ];
    for form in forms {
        let right = &file[usize::try_from(form.offset).expect("small")..];
        let length = form
            .length
            .map_or(right.len(), |n| usize::try_from(n).expect("small"));
        let (local, commands, _) = run(form, &file, 0);
        assert!(local == right[..length]);
        for misplaced in 1..=commands {
            let (local, _, report) = run(form, &file, misplaced);
            assert!(local == right[..length], "{form:?}, command {misplaced}");
            assert_eq!(report.verified, Verified::Size);
        }
    }
}

#[test]
fn a_place_costs_a_command_only_where_the_count_does_not_show_it() {
    let file = FaultyLine::new(1, 0, true).content(5000);
    let commands = |offset, length| run(request(offset, length), &file, 0).1;
    assert_eq!(commands(0, None), 1);
    assert_eq!(commands(700, None), 1);
    assert_eq!(commands(700, Some(4300)), 1);
    assert_eq!(commands(700, Some(4299)), 2);
}
