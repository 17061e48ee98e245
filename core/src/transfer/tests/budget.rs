//! The budget of retries: how often a transfer is tried, and after what.

use super::*;

#[test]
fn a_budget_is_spent_by_failures_in_a_row_and_no_more_is_tried() {
    let failed = |kind| TransferOutcome::Failed {
        kind,
        reply: None,
        bytes: 0,
    };
    for (policy, kind, attempts) in [
        (RetryPolicy::STANDARD, ErrorKind::Restarted, 4),
        (RetryPolicy::NONE, ErrorKind::Restarted, 1),
        (RetryPolicy::STANDARD, ErrorKind::LoginRefused, 1),
        (
            RetryPolicy::STANDARD.with_deadline(Some(MS * 1500)),
            ErrorKind::NoAnswer,
            2,
        ),
    ] {
        let request = UploadRequest::new(UploadStart::At(0), Some(3));
        let mut transfer = Transfer::upload(Duration::ZERO, request, policy);
        let mut now = Duration::ZERO;
        let failure = loop {
            let outcome = match transfer.step() {
                TransferStep::Fail(failure) => break failure,
                TransferStep::Wait(until) => {
                    now = until + MS * 1000;
                    TransferOutcome::Done
                }
                TransferStep::Recover { .. } => TransferOutcome::Done,
                TransferStep::Size => TransferOutcome::Size(RemoteSize::Absent),
                _ => failed(kind),
            };
            transfer.done(now, outcome);
        };
        assert_eq!(
            (failure.cause, failure.attempts),
            (FailureCause::LastStep, attempts),
            "{kind:?}"
        );
    }
}

#[test]
fn a_size_that_is_always_wrong_ends() {
    let request = UploadRequest::new(UploadStart::At(0), Some(3));
    let mut transfer = Transfer::upload(Duration::ZERO, request, RetryPolicy::STANDARD);
    let mut puts = 0;
    while !matches!(transfer.step(), TransferStep::Fail(_)) {
        let outcome = match transfer.step() {
            TransferStep::Size => TransferOutcome::Size(RemoteSize::Known(5)),
            TransferStep::Put { .. } => {
                puts += 1;
                TransferOutcome::Sent {
                    bytes: 3,
                    last: true,
                    overhead: MS,
                }
            }
            step => panic!("{step:?}"),
        };
        transfer.done(MS, outcome);
    }
    assert_eq!(puts, 1 + RetryPolicy::STANDARD.retries);
}

#[test]
fn kinds_that_the_policy_leaves_out_are_final() {
    let kinds = crate::ErrorKinds::TRANSIENT.without(ErrorKind::NoAnswer);
    for (kind, waits) in [(ErrorKind::NoAnswer, false), (ErrorKind::Restarted, true)] {
        let request = UploadRequest::new(UploadStart::At(0), Some(3));
        let policy = RetryPolicy::STANDARD.with_kinds(kinds);
        let mut transfer = Transfer::upload(Duration::ZERO, request, policy);
        transfer.done(
            MS,
            TransferOutcome::Failed {
                kind,
                reply: None,
                bytes: 0,
            },
        );
        let is_waiting = matches!(transfer.step(), TransferStep::Wait(_));
        assert_eq!((is_waiting, transfer.retry()), (waits, waits.into()));
    }
}

#[test]
fn a_port_that_broke_is_opened_anew_until_it_is_there() {
    let request = UploadRequest::new(UploadStart::At(0), Some(3));
    let mut transfer = Transfer::upload(Duration::ZERO, request, RetryPolicy::STANDARD);
    let failed = |kind| TransferOutcome::Failed {
        kind,
        reply: None,
        bytes: 0,
    };
    transfer.done(MS, failed(ErrorKind::Line));
    for kind in [ErrorKind::PortMissing, ErrorKind::NoAnswer] {
        assert!(matches!(transfer.step(), TransferStep::Wait(_)));
        transfer.done(MS, TransferOutcome::Done);
        assert_eq!(transfer.step(), TransferStep::Recover { port: true });
        transfer.done(MS, failed(kind));
    }
}
