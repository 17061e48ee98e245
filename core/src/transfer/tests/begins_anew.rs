//! Uploads that begin anew after each failure, and whose counted pieces are short.

use super::super::step::{RemoteSize, TransferStep, Verified};
use super::super::upload::Upload;
use super::super::upload_request::{UploadRequest, UploadStart};
use crate::ErrorKind;

fn in_pieces(start: UploadStart) -> Upload {
    let mut request = UploadRequest::new(start, Some(3000));
    request.joins_pieces = true;
    request.counts_bytes = true;
    request.begins_anew = true;
    Upload::new(request)
}

fn put_from(upload: &Upload) -> Option<u64> {
    match upload.step() {
        Ok(TransferStep::Put { offset, .. }) => Some(offset),
        _ => None,
    }
}

#[test]
fn what_begins_anew_does_so_however_much_is_there() {
    for found in [0, 1, 1000, 2999] {
        let mut upload = in_pieces(UploadStart::At(0));
        upload.moved(1000, false);
        assert_eq!(put_from(&upload), Some(1000));
        upload.recovered(5);
        assert_eq!(upload.step(), Ok(TransferStep::Size));
        upload.sized(RemoteSize::Known(found));
        assert_eq!(put_from(&upload), Some(0), "{found}");
    }
    assert!(!in_pieces(UploadStart::At(0)).keeps_progress());
}

#[test]
fn what_is_counted_in_short_pieces_is_read_back_if_the_server_lets_it() {
    for refused in [false, true] {
        let mut upload = in_pieces(UploadStart::At(0));
        upload.moved(3000, true);
        upload.sized(RemoteSize::Known(3000));
        let read_back = TransferStep::ReadBack {
            offset: 0,
            length: None,
            expected: 3000,
        };
        assert_eq!(upload.step(), Ok(read_back));
        assert!(!upload.asks_for_size(ErrorKind::Incomplete));
        if refused {
            assert!(upload.asks_for_size(ErrorKind::ServerRefused));
            upload.sized(RemoteSize::Known(3000));
            assert_eq!(upload.step(), Err(Ok(Verified::Size)));
        } else {
            upload.matched(3000);
            assert_eq!(upload.step(), Err(Ok(Verified::Content)));
        }
    }
}

#[test]
fn a_difference_begins_it_anew() {
    let mut upload = in_pieces(UploadStart::At(0));
    upload.moved(3000, true);
    upload.sized(RemoteSize::Known(3000));
    upload.differs(2500);
    assert_eq!(upload.disagreement(), Some(ErrorKind::ChecksumMismatch));
    upload.go_back();
    assert_eq!(put_from(&upload), Some(0));
}
