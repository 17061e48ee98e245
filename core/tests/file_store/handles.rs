//! Open files: pointers, modes, numbers, and what is in use (COMMON 1.2).

use super::*;

#[test]
fn what_is_written_is_read_from_the_pointer_on() {
    for place in PLACES {
        let store = &mut store_of(1000);
        let handle = open(store, &local(place, b"a"));
        assert_eq!(write(store, handle, b"hello "), Ok(written(6, 6)));
        assert_eq!(write(store, handle, b"world"), Ok(written(5, 11)));
        assert_eq!(read(store, handle, None), b"");
        assert_eq!(
            seek(store, handle, 4, SeekFrom::Start),
            Ok(FileAnswer::Done)
        );
        assert_eq!(read(store, handle, Some(3)), b"o w");
        assert_eq!(
            store.handle(FileRequest::Position(handle)),
            Ok(FileAnswer::Position(7))
        );
        assert_eq!(
            store.handle(FileRequest::Left(handle)),
            Ok(FileAnswer::Left(4))
        );
        assert_eq!(read(store, handle, Some(0)), b"");
        assert_eq!(read(store, handle, Some(u64::MAX)), b"orld");
        assert_eq!(
            seek(store, handle, 0, SeekFrom::Start),
            Ok(FileAnswer::Done)
        );
        assert_eq!(write(store, handle, b"J"), Ok(written(1, 11)));
        assert_eq!(read(store, handle, None), b"ello world");
    }
}

#[test]
fn the_pointer_goes_to_the_end_and_not_past_it() {
    for place in PLACES {
        let store = &mut store_of(1000);
        let handle = open(store, &local(place, b"a"));
        write(store, handle, b"0123456789").unwrap();
        let cases = [
            (SeekFrom::Start, 10, Ok(10)),
            (SeekFrom::Start, 11, Err(FileError::BeyondEnd)),
            (SeekFrom::End, 10, Ok(0)),
            (SeekFrom::End, 11, Err(FileError::BeyondEnd)),
            (SeekFrom::End, 0, Ok(10)),
            (SeekFrom::Start, 4, Ok(4)),
            (SeekFrom::Current, 6, Ok(10)),
            (SeekFrom::Start, 4, Ok(4)),
            (SeekFrom::Current, 7, Err(FileError::BeyondEnd)),
            (SeekFrom::Current, u64::MAX, Err(FileError::BeyondEnd)),
            (SeekFrom::Start, u64::MAX, Err(FileError::BeyondEnd)),
        ];
        let mut at = 10;
        for (from, offset, result) in cases {
            let done = result.map(|_| FileAnswer::Done);
            assert_eq!(seek(store, handle, offset, from), done, "{from:?} {offset}");
            at = result.unwrap_or(at);
            assert_eq!(
                store.handle(FileRequest::Position(handle)),
                Ok(FileAnswer::Position(at)),
                "a refused move leaves the pointer"
            );
        }
    }
}

#[test]
fn truncating_cuts_what_is_behind_the_pointer() {
    for place in PLACES {
        let store = &mut store_of(10);
        let name = local(place, b"a");
        let handle = open(store, &name);
        write(store, handle, b"0123456789").unwrap();
        seek(store, handle, 3, SeekFrom::Start).unwrap();
        assert_eq!(
            store.handle(FileRequest::Truncate(handle)),
            Ok(FileAnswer::Done)
        );
        assert_eq!(list(store, place, None), Ok(vec![(name.clone(), 3)]));
        assert_eq!(write(store, handle, b"abcdefg"), Ok(written(7, 10)));
        close(store, handle);
        assert_eq!(get(store, &name), b"012abcdefg");
    }
}

#[test]
fn the_mode_says_whether_the_file_must_be_there_and_what_becomes_of_it() {
    for place in PLACES {
        let store = &mut store_of(1000);
        let name = local(place, b"a");
        assert_eq!(
            try_open(store, &name, OpenMode::ReadOnly),
            Err(FileError::NotFound)
        );
        for (mode, after) in [
            (OpenMode::CreateOrOpen, &b"kept"[..]),
            (OpenMode::CreateOrEmpty, b""),
        ] {
            put(store, &name, b"kept");
            let handle = try_open(store, &name, mode).unwrap();
            assert_eq!(read(store, handle, None), after);
            write(store, handle, b"!").unwrap();
            close(store, handle);
            assert_eq!(get(store, &name), [after, b"!"].concat());

            delete(store, place, Some(b"a")).unwrap();
            let handle = try_open(store, &name, mode).unwrap();
            close(store, handle);
            assert_eq!(list(store, place, None), Ok(vec![(name.clone(), 0)]));
        }
        put(store, &name, b"kept");
        let handle = try_open(store, &name, OpenMode::ReadOnly).unwrap();
        assert_eq!(write(store, handle, b"!"), Err(FileError::ReadOnly));
        assert_eq!(
            store.handle(FileRequest::Truncate(handle)),
            Err(FileError::ReadOnly)
        );
        assert_eq!(read(store, handle, None), b"kept");
    }
}

#[test]
fn ten_files_are_open_and_no_eleventh() {
    for place in PLACES {
        let store = &mut store_of(1000);
        let name = |number: u32| local(place, number.to_string().as_bytes());
        for number in 0..MAX_OPEN {
            assert_eq!(open(store, &name(number)), number);
        }
        let eleventh = name(MAX_OPEN);
        assert_eq!(
            try_open(store, &eleventh, OpenMode::CreateOrOpen),
            Err(FileError::TooManyOpen)
        );
        assert_eq!(create(store, &eleventh, 0), Err(FileError::TooManyOpen));
        assert_eq!(list(store, place, None).unwrap().len(), 10, "none was made");
        close(store, 4);
        assert_eq!(
            try_open(store, &eleventh, OpenMode::CreateOrEmpty),
            Ok(4),
            "the lowest number that is free"
        );
        let expected = (0..MAX_OPEN)
            .map(|number| match number {
                4 => (eleventh.clone(), 4, 1),
                _ => (name(number), number, 0),
            })
            .collect();
        assert_eq!(
            store.handle(FileRequest::Handles),
            Ok(FileAnswer::Handles(expected))
        );
    }
}

#[test]
fn a_number_that_names_no_open_file_is_an_error_in_every_request() {
    let store = &mut store_of(1000);
    let handle = open(store, &local(Volume::Ufs, b"a"));
    close(store, handle);
    for handle in [handle, 1, u32::MAX] {
        for request in [
            FileRequest::Read {
                handle,
                length: None,
            },
            FileRequest::Write {
                handle,
                data: Vec::new(),
            },
            FileRequest::Seek {
                handle,
                offset: 0,
                from: SeekFrom::Start,
            },
            FileRequest::Position(handle),
            FileRequest::Left(handle),
            FileRequest::Truncate(handle),
            FileRequest::Close(handle),
        ] {
            assert_eq!(store.handle(request), Err(FileError::Handle));
        }
    }
}

#[test]
fn a_file_in_use_is_not_opened_again_and_not_removed() {
    for place in PLACES {
        let store = &mut store_of(1000);
        let name = local(place, b"a");
        put(store, &name, b"data");
        put(store, &local(place, b"b"), b"");

        let refuses_all = |store: &mut FileStore| {
            for mode in [
                OpenMode::CreateOrOpen,
                OpenMode::CreateOrEmpty,
                OpenMode::ReadOnly,
            ] {
                assert_eq!(try_open(store, &name, mode), Err(FileError::AlreadyOpen));
            }
            let busy = Some(FileError::AlreadyOpen);
            assert_eq!(store.open_source(&name, 0).err(), busy);
            assert_eq!(open_sink(store, &name, 0).err(), busy);
            assert_eq!(delete(store, place, Some(b"a")).err(), busy);
            assert_eq!(delete(store, place, None).err(), busy);
            let both = list(store, place, None).unwrap();
            assert_eq!(both.len(), 2, "nothing was removed");
            assert_eq!(both[0].1, 4, "nothing was emptied");
        };
        let handle = try_open(store, &name, OpenMode::ReadOnly).unwrap();
        refuses_all(store);
        close(store, handle);
        let source = store.open_source(&name, 0).unwrap();
        refuses_all(store);
        drop(source);
        let sink = open_sink(store, &name, 4).unwrap();
        refuses_all(store);
        drop(sink);
        assert_eq!(delete(store, place, Some(b"a")), Ok(1));
    }
}
