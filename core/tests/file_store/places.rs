//! What lies in a place and what still fits (COMMON 1.1).

use std::io;

use super::*;

#[test]
fn one_name_in_two_places_is_two_files() {
    let store = &mut store_of(1000);
    for (place, data) in PLACES.into_iter().zip([b"1", b"2", b"3"]) {
        put(store, &local(place, b"a"), data);
    }
    for (place, data) in PLACES.into_iter().zip([b"1", b"2", b"3"]) {
        assert_eq!(get(store, &local(place, b"a")), data);
        open(store, &local(place, b"a"));
    }
}

#[test]
fn files_are_listed_by_name_and_removed_by_name_or_all() {
    for place in PLACES {
        let store = &mut store_of(1000);
        assert_eq!(list(store, place, None), Ok(Vec::new()));
        assert_eq!(delete(store, place, None), Ok(0));
        let names = [&b".hidden"[..], b"B", b"a", b"a b.txt", b"\xE4\xFF"];
        for (size, name) in names.iter().enumerate().rev() {
            put(store, &local(place, name), &vec![b'x'; size]);
        }
        let all: Vec<_> = (0..)
            .zip(names)
            .map(|(size, name)| (local(place, name), size))
            .collect();
        assert_eq!(list(store, place, None).as_ref(), Ok(&all));
        for file in &all {
            assert_eq!(
                list(store, place, Some(&file.0.name)),
                Ok(vec![file.clone()])
            );
        }
        assert_eq!(list(store, place, Some(b"A")), Err(FileError::NotFound));
        assert_eq!(delete(store, place, Some(b"A")), Err(FileError::NotFound));
        assert_eq!(delete(store, place, Some(b"B")), Ok(1));
        assert_eq!(list(store, place, Some(b"B")), Err(FileError::NotFound));
        assert_eq!(list(store, place, None).unwrap().len(), 4);
        assert_eq!(delete(store, place, None), Ok(4));
        assert_eq!(list(store, place, None), Ok(Vec::new()));
    }
}

#[test]
fn space_and_usage_follow_what_is_written_and_removed() {
    let store = &mut store_of(100);
    for place in PLACES {
        assert_eq!(space(store, place), (100, 100));
        put(store, &local(place, b"a"), &[0; 30]);
        put(store, &local(place, b"b"), &[0; 12]);
        assert_eq!(space(store, place), (58, 100));
    }
    let usage = |bytes, files| Ok(FileAnswer::Usage { bytes, files });
    assert_eq!(store.handle(FileRequest::Usage), usage(42, 2));
    delete(store, Volume::Ufs, Some(b"a")).unwrap();
    assert_eq!(store.handle(FileRequest::Usage), usage(12, 1));
    assert_eq!(space(store, Volume::Ufs), (88, 100));
    assert_eq!(space(store, Volume::Ram), (58, 100));
}

#[test]
fn a_file_to_be_made_must_not_be_there_and_must_fit() {
    for place in PLACES {
        let store = &mut store_of(100);
        let name = local(place, b"a");
        put(store, &local(place, b"b"), &[0; 40]);
        assert_eq!(create(store, &name, 61), Err(FileError::NoSpace));
        assert_eq!(create(store, &name, u64::MAX), Err(FileError::NoSpace));
        assert_eq!(list(store, place, None).unwrap().len(), 1);
        assert_eq!(create(store, &name, 60), Ok(FileAnswer::Handle(0)));
        assert_eq!(create(store, &name, 1), Err(FileError::Exists));
        assert_eq!(write(store, 0, b"some"), Ok(written(4, 4)));
        close(store, 0);
        assert_eq!(create(store, &name, 1), Err(FileError::Exists));
        assert_eq!(get(store, &name), b"some");
    }
}

#[test]
fn a_place_can_be_filled_to_its_last_byte_and_no_further() {
    for place in PLACES {
        let store = &mut store_of(100);
        put(store, &local(place, b"b"), &[0; 40]);
        let name = local(place, b"a");
        let handle = open(store, &name);
        assert_eq!(write(store, handle, &[1; 61]), Err(FileError::DriveFull));
        assert_eq!(list(store, place, Some(b"a")), Ok(vec![(name.clone(), 0)]));
        assert_eq!(write(store, handle, &[1; 60]), Ok(written(60, 60)));
        assert_eq!(space(store, place), (0, 100));
        assert_eq!(write(store, handle, &[1]), Err(FileError::DriveFull));
        assert_eq!(write(store, handle, &[]), Ok(written(0, 60)));

        seek(store, handle, 10, SeekFrom::End).unwrap();
        assert_eq!(write(store, handle, &[2; 11]), Err(FileError::DriveFull));
        assert_eq!(write(store, handle, &[2; 10]), Ok(written(10, 60)));
        close(store, handle);
        assert_eq!(get(store, &name), [[1; 50].as_slice(), &[2; 10]].concat());

        delete(store, place, Some(b"b")).unwrap();
        let mut sink = open_sink(store, &name, 60).unwrap();
        sink.write_all(&[3; 40]).unwrap();
        let error = sink.write_all(&[3]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }
}
