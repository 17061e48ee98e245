//! Files as ends of a transfer.

use std::io;

use super::*;

#[test]
fn a_download_that_does_not_fit_fails_when_the_place_is_full() {
    for place in PLACES {
        let store = &mut store_of(100);
        let name = local(place, b"a");
        put(store, &name, &[9; 100]);
        let mut sink = open_sink(store, &name, 0).unwrap();
        let error = sink.write_all(&[1; 101]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        assert_eq!(sink.position(), 100);
        assert_eq!(
            list(store, place, None),
            Ok(vec![(name.clone(), 100)]),
            "seen while it is in use"
        );
        drop(sink);
        assert_eq!(get(store, &name), [1; 100]);
    }
}

#[test]
fn a_download_goes_on_within_the_file_or_at_its_end() {
    for place in PLACES {
        let store = &mut store_of(1000);
        let name = local(place, b"a");
        assert_eq!(open_sink(store, &name, 1).err(), Some(FileError::NotFound));
        assert_eq!(list(store, place, None), Ok(Vec::new()));
        for (offset, expected) in [(10, &b"0123456789!"[..]), (9, b"012345678!"), (1, b"0!")] {
            put(store, &name, b"0123456789");
            let mut sink = open_sink(store, &name, offset).unwrap();
            sink.write_all(b"!").unwrap();
            drop(sink);
            assert_eq!(get(store, &name), expected);
        }
        put(store, &name, b"0123456789");
        assert_eq!(
            open_sink(store, &name, 11).err(),
            Some(FileError::BeyondEnd)
        );
        assert_eq!(get(store, &name), b"0123456789");
    }
}

#[test]
fn a_claimed_file_stays_as_it_is_until_it_is_opened() {
    for place in PLACES {
        let store = &mut store_of(1000);
        let (old, new) = (local(place, b"old"), local(place, b"new"));
        put(store, &old, b"0123456789");
        for offset in [0, 5, 10] {
            let claimed = store.claim_sink(&old, offset).unwrap();
            assert_eq!(
                store.claim_sink(&old, 0).err(),
                Some(FileError::AlreadyOpen)
            );
            drop(claimed);
            assert_eq!(get(store, &old), b"0123456789");
        }
        drop(store.claim_sink(&new, 0).unwrap());
        assert_eq!(list(store, place, None), Ok(vec![(old.clone(), 10)]));
        let claimed = store.claim_sink(&old, 5).unwrap();
        drop(claimed.open().unwrap());
        assert_eq!(get(store, &old), b"01234");
    }
}

#[test]
fn an_upload_starts_within_the_file_or_at_its_end() {
    for place in PLACES {
        let store = &mut store_of(1000);
        let name = local(place, b"a");
        assert_eq!(store.open_source(&name, 0).err(), Some(FileError::NotFound));
        put(store, &name, b"0123456789");
        for (from, expected) in [(0, &b"0123456789"[..]), (9, b"9"), (10, b"")] {
            let mut source = store.open_source(&name, from).unwrap();
            assert_eq!(source.size(), 10);
            let mut data = Vec::new();
            source.read_to_end(&mut data).unwrap();
            assert_eq!(data, expected);
        }
        assert_eq!(
            store.open_source(&name, 11).err(),
            Some(FileError::BeyondEnd)
        );
        assert!(store.open_source(&name, 0).is_ok(), "it is not in use now");
    }
}

#[test]
fn sources_and_sinks_work_in_another_thread() {
    fn is_send<T: Send + 'static>() {}
    is_send::<Source>();
    is_send::<Sink>();
    is_send::<FileStore>();
    for place in PLACES {
        let store = &mut store_of(1_000_000);
        let from = local(place, b"from");
        let to = local(place, b"to");
        let data: Vec<u8> = (0..=250).cycle().take(300_000).collect();
        put(store, &from, &data);
        let mut source = store.open_source(&from, 0).unwrap();
        let mut sink = open_sink(store, &to, 0).unwrap();
        let copy = std::thread::spawn(move || io::copy(&mut source, &mut sink));
        let handle = open(store, &local(place, b"other"));
        write(store, handle, b"meanwhile").unwrap();
        assert_eq!(copy.join().unwrap().unwrap(), 300_000);
        assert_eq!(get(store, &to), data);
        assert_eq!(space(store, place), (1_000_000 - 600_009, 1_000_000));
    }
}
