//! Transfers whose proof is the module's count, since the user trusts it.

use super::*;

fn upload(size: u64, counts_bytes: bool) -> Transfer {
    let mut request = UploadRequest::new(UploadStart::At(0), Some(size));
    request.counts_bytes = counts_bytes;
    request.trusts_count = true;
    Transfer::upload(Duration::ZERO, request, RetryPolicy::STANDARD)
}

fn sent(bytes: u64) -> TransferOutcome {
    TransferOutcome::Sent {
        bytes,
        last: true,
        overhead: MS,
    }
}

fn fails(transfer: &mut Transfer) {
    let failed = TransferOutcome::Failed {
        kind: ErrorKind::Line,
        reply: None,
        bytes: 3,
    };
    transfer.done(MS, failed);
    assert!(matches!(transfer.step(), TransferStep::Wait(_)));
    transfer.done(MS, TransferOutcome::Done);
    transfer.done(MS, TransferOutcome::Done);
}

#[test]
fn an_upload_that_was_counted_asks_for_nothing() {
    let mut counted = upload(5, true);
    counted.done(MS, sent(5));
    let TransferStep::Complete(report) = counted.step() else {
        panic!("{:?}", counted.step());
    };
    assert_eq!((report.verified, report.bytes), (Verified::Nothing, 5));
    let mut uncounted = upload(5, false);
    uncounted.done(MS, sent(5));
    assert_eq!(uncounted.step(), TransferStep::Size);
}

#[test]
fn behind_a_failure_an_upload_is_proved_as_ever() {
    let mut transfer = upload(5, true);
    fails(&mut transfer);
    assert_eq!(transfer.step(), TransferStep::Size);
    transfer.done(MS, TransferOutcome::Size(RemoteSize::Known(0)));
    transfer.done(MS, sent(5));
    assert!(matches!(transfer.step(), TransferStep::ReadEnd { .. }));
}

#[test]
fn a_download_begins_at_once_and_asks_behind_a_failure() {
    let mut request = DownloadRequest::new();
    request.trusts_count = true;
    let mut transfer = Transfer::download(Duration::ZERO, request, RetryPolicy::STANDARD);
    let whole = TransferStep::Get {
        offset: 0,
        length: None,
        expected: None,
        overlap: 0,
    };
    assert_eq!(transfer.step(), whole);
    fails(&mut transfer);
    assert_eq!(transfer.step(), TransferStep::Size);
    let parts = [
        DownloadRequest {
            offset: 1,
            ..request
        },
        DownloadRequest {
            length: Some(9),
            ..request
        },
        DownloadRequest {
            present: 1,
            ..request
        },
        DownloadRequest {
            read_back: true,
            ..request
        },
    ];
    for part in parts {
        let transfer = Transfer::download(Duration::ZERO, part, RetryPolicy::STANDARD);
        assert_eq!(transfer.step(), TransferStep::Size, "{part:?}");
    }
}
