//! Transfers whose content is read back, over a line that flips bits.

use super::*;

#[test]
fn what_is_read_back_is_whole_though_bits_flip_on_the_way() {
    for seed in 0..200 {
        let up = seed % 4 < 2;
        let mut line = FaultyLine::new(seed, 4, seed % 2 == 0);
        line.flips = 3;
        let length = line.below(700_000);
        let content = line.content(length);
        let transfer = if up {
            line.local.clone_from(&content);
            let mut request = UploadRequest::new(UploadStart::At(0), Some(length as u64));
            request.ends_downloads = line.ends_downloads;
            request.read_back = true;
            Transfer::upload(Duration::ZERO, request, patient())
        } else {
            line.server = Some(content.clone());
            let mut request = DownloadRequest::new();
            request.ends_downloads = line.ends_downloads;
            request.read_back = true;
            Transfer::download(Duration::ZERO, request, patient())
        };
        let TransferEnd::Complete(report) = line.run(transfer) else {
            panic!("seed {seed}")
        };
        let proof = if length > 0 {
            Verified::Content
        } else {
            Verified::Size
        };
        assert_eq!(report.verified, proof, "seed {seed}");
        assert!(line.local == content, "seed {seed}");
        assert!(line.server.as_deref() == Some(&content), "seed {seed}");
    }
}

#[test]
fn content_that_always_differs_is_an_error_that_names_the_place() {
    for retries in [0, 2] {
        let mut request = UploadRequest::new(UploadStart::At(0), Some(100_000));
        request.read_back = true;
        let policy = RetryPolicy::STANDARD.with_retries(retries);
        let mut transfer = Transfer::upload(Duration::ZERO, request, policy);
        let mut offsets = vec![];
        let failure = loop {
            let outcome = match transfer.step() {
                TransferStep::Fail(failure) => break failure,
                TransferStep::Put { offset, .. } => {
                    offsets.push(offset);
                    TransferOutcome::Sent {
                        bytes: 100_000 - offset,
                        last: true,
                        overhead: MS,
                    }
                }
                TransferStep::Size => TransferOutcome::Size(RemoteSize::Known(100_000)),
                TransferStep::ReadBack { offset, .. } => TransferOutcome::Differs(90_000 - offset),
                step => panic!("{step:?}"),
            };
            transfer.done(MS, outcome);
        };
        let position = 90_000;
        assert_eq!(failure.cause, FailureCause::ContentDiffers { position });
        assert_eq!(failure.bytes_confirmed, position);
        assert_eq!(failure.attempts, retries + 1);
        let before = position - 64 * 1024;
        assert_eq!(offsets, [0, before, before][..offsets.len()]);
        assert_eq!(offsets.len(), retries as usize + 1);
    }
}
