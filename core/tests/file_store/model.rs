//! Any run of requests is answered as a simple model of the store answers it, on disk as in memory.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::{collection, option};

use super::*;

const LIMIT: u64 = 60;

/// What a module may ask for, in one place.
#[derive(Clone, Debug)]
enum Step {
    Request(FileRequest),
    /// A download into a file.
    Put(LocalName, u64, Vec<u8>),
    /// An upload of a file.
    Get(LocalName, u64),
}

/// What comes of it.
#[derive(Debug, PartialEq)]
enum Outcome {
    Answer(Result<FileAnswer, FileError>),
    Put(Result<usize, FileError>),
    Got(Result<Vec<u8>, FileError>),
}

fn run(store: &mut FileStore, step: Step) -> Outcome {
    match step {
        Step::Request(request) => Outcome::Answer(store.handle(request)),
        Step::Put(name, offset, data) => {
            let fitting = |mut sink: Sink| {
                let all = sink.write_all(&data);
                let end = usize::try_from(sink.position() - offset).unwrap();
                assert_eq!(all.is_ok(), end == data.len());
                end
            };
            Outcome::Put(open_sink(store, &name, offset).map(fitting))
        }
        Step::Get(name, from) => Outcome::Got(store.open_source(&name, from).map(|mut source| {
            let mut data = Vec::new();
            source.read_to_end(&mut data).unwrap();
            assert_eq!(source.size(), from + data.len() as u64);
            data
        })),
    }
}

struct OpenFile {
    name: Vec<u8>,
    mode: OpenMode,
    position: usize,
}

/// One place, its files whole in memory.
struct Model {
    storage: Volume,
    files: BTreeMap<Vec<u8>, Vec<u8>>,
    open: BTreeMap<u32, OpenFile>,
}

impl Model {
    fn run(&mut self, step: Step) -> Outcome {
        match step {
            Step::Request(request) => Outcome::Answer(self.answer(request)),
            Step::Put(name, offset, data) => Outcome::Put(self.put(name.name, offset, &data)),
            Step::Get(name, from) => Outcome::Got(self.get(&name.name, from)),
        }
    }

    fn answer(&mut self, request: FileRequest) -> Result<FileAnswer, FileError> {
        Ok(match request {
            FileRequest::Space(_) => FileAnswer::Space {
                free: LIMIT - self.used(),
                total: LIMIT,
            },
            // Usage is of flash only.
            FileRequest::Usage if self.storage != Volume::Ufs => {
                FileAnswer::Usage { bytes: 0, files: 0 }
            }
            FileRequest::Usage => FileAnswer::Usage {
                bytes: self.used(),
                files: self.files.len() as u64,
            },
            FileRequest::List { name: None, .. } => {
                let line = |(name, data): (&Vec<u8>, &Vec<u8>)| {
                    (local(self.storage, name), data.len() as u64)
                };
                FileAnswer::Files(self.files.iter().map(line).collect())
            }
            FileRequest::List {
                name: Some(name), ..
            } => {
                let data = self.files.get(&name).ok_or(FileError::NotFound)?;
                FileAnswer::Files(vec![(local(self.storage, &name), data.len() as u64)])
            }
            FileRequest::Delete { name: None, .. } => {
                if !self.open.is_empty() {
                    return Err(FileError::AlreadyOpen);
                }
                let count = self.files.len();
                self.files.clear();
                FileAnswer::Removed(count)
            }
            FileRequest::Delete {
                name: Some(name), ..
            } => {
                self.check_unused(&name)?;
                self.files.remove(&name).ok_or(FileError::NotFound)?;
                FileAnswer::Removed(1)
            }
            FileRequest::Open { name, mode } => self.open(name.name, mode)?,
            FileRequest::Create { name, size } => {
                if self.files.contains_key(&name.name) {
                    return Err(FileError::Exists);
                }
                if size > LIMIT - self.used() {
                    return Err(FileError::NoSpace);
                }
                self.open(name.name, OpenMode::CreateOrEmpty)?
            }
            FileRequest::Close(handle) => {
                self.open.remove(&handle).ok_or(FileError::Handle)?;
                FileAnswer::Done
            }
            FileRequest::Handles => {
                let line = |(handle, open): (&u32, &OpenFile)| {
                    let name = local(self.storage, &open.name);
                    (name, *handle, open.mode.number())
                };
                FileAnswer::Handles(self.open.iter().map(line).collect())
            }
            FileRequest::Read { handle, .. }
            | FileRequest::Write { handle, .. }
            | FileRequest::Seek { handle, .. }
            | FileRequest::Position(handle)
            | FileRequest::Left(handle)
            | FileRequest::Truncate(handle) => self.by_handle(handle, request)?,
            other => panic!("no answer to {other:?}"),
        })
    }

    fn open(&mut self, name: Vec<u8>, mode: OpenMode) -> Result<FileAnswer, FileError> {
        self.check_unused(&name)?;
        if self.open.len() == 10 {
            return Err(FileError::TooManyOpen);
        }
        if mode == OpenMode::ReadOnly && !self.files.contains_key(&name) {
            return Err(FileError::NotFound);
        }
        let data = self.files.entry(name.clone()).or_default();
        if mode == OpenMode::CreateOrEmpty {
            data.clear();
        }
        let handle = (0..10).find(|handle| !self.open.contains_key(handle));
        let handle = handle.unwrap();
        let position = 0;
        self.open.insert(
            handle,
            OpenFile {
                name,
                mode,
                position,
            },
        );
        Ok(FileAnswer::Handle(handle))
    }

    fn by_handle(&mut self, handle: u32, request: FileRequest) -> Result<FileAnswer, FileError> {
        let free = usize::try_from(LIMIT - self.used()).unwrap();
        let open = self.open.get_mut(&handle).ok_or(FileError::Handle)?;
        let data = self.files.get_mut(&open.name).unwrap();
        let at = open.position;
        Ok(match request {
            FileRequest::Read { length, .. } => {
                let length = length.map_or(usize::MAX, |length| length.try_into().unwrap());
                let rest: Vec<u8> = data[at..].iter().copied().take(length).collect();
                open.position += rest.len();
                FileAnswer::Data(rest)
            }
            FileRequest::Seek { offset, from, .. } => {
                let offset = i64::try_from(offset).unwrap();
                let size = i64::try_from(data.len()).unwrap();
                let target = match from {
                    SeekFrom::Start => offset,
                    SeekFrom::Current => i64::try_from(at).unwrap() + offset,
                    SeekFrom::End => size - offset,
                };
                if !(0..=size).contains(&target) {
                    return Err(FileError::BeyondEnd);
                }
                open.position = target.try_into().unwrap();
                FileAnswer::Done
            }
            FileRequest::Position(_) => FileAnswer::Position(at as u64),
            FileRequest::Left(_) => FileAnswer::Left((data.len() - at) as u64),
            _ if open.mode == OpenMode::ReadOnly => return Err(FileError::ReadOnly),
            FileRequest::Write { data: new, .. } => {
                let overwritten = new.len().min(data.len() - at);
                if new.len() - overwritten > free {
                    return Err(FileError::DriveFull);
                }
                data.splice(at..at + overwritten, new.iter().copied());
                open.position += new.len();
                written(new.len() as u64, data.len() as u64)
            }
            _ => {
                data.truncate(at);
                FileAnswer::Done
            }
        })
    }

    fn put(&mut self, name: Vec<u8>, offset: u64, new: &[u8]) -> Result<usize, FileError> {
        self.check_unused(&name)?;
        if offset > 0 && !self.files.contains_key(&name) {
            return Err(FileError::NotFound);
        }
        let data = self.files.entry(name.clone()).or_default();
        if offset > data.len() as u64 {
            return Err(FileError::BeyondEnd);
        }
        data.truncate(offset.try_into().unwrap());
        let free = usize::try_from(LIMIT - self.used()).unwrap();
        let fitting = &new[..new.len().min(free)];
        self.files.entry(name).or_default().extend(fitting);
        Ok(fitting.len())
    }

    fn get(&self, name: &[u8], from: u64) -> Result<Vec<u8>, FileError> {
        self.check_unused(name)?;
        let data = self.files.get(name).ok_or(FileError::NotFound)?;
        let from = usize::try_from(from).unwrap();
        data.get(from..)
            .map(<[u8]>::to_vec)
            .ok_or(FileError::BeyondEnd)
    }

    fn check_unused(&self, name: &[u8]) -> Result<(), FileError> {
        if self.open.values().any(|open| open.name == name) {
            return Err(FileError::AlreadyOpen);
        }
        Ok(())
    }

    fn used(&self) -> u64 {
        self.files.values().map(|data| data.len() as u64).sum()
    }
}

fn any_step(storage: Volume) -> impl Strategy<Value = Step> {
    // More names than can be open, most of them seldom.
    let name = || {
        prop_oneof![3 => b'a'..b'd', 1 => b'a'..b'm'].prop_map(move |name| local(storage, &[name]))
    };
    let maybe = || option::weighted(0.8, name().prop_map(|name| name.name));
    let handle = || prop_oneof![4 => 0..2_u32, 1 => 0..11_u32];
    let amount = || 0..35_u64;
    let bytes = || collection::vec(any::<u8>(), 0..35);
    let mode = prop_oneof![
        2 => Just(OpenMode::CreateOrOpen),
        1 => Just(OpenMode::CreateOrEmpty),
        1 => Just(OpenMode::ReadOnly),
    ];
    let from = prop_oneof![
        Just(SeekFrom::Start),
        Just(SeekFrom::Current),
        Just(SeekFrom::End)
    ];
    let request = prop_oneof![
        6 => (name(), mode).prop_map(|(name, mode)| FileRequest::Open { name, mode }),
        2 => (name(), amount()).prop_map(|(name, size)| FileRequest::Create { name, size }),
        6 => (handle(), bytes()).prop_map(|(handle, data)| FileRequest::Write { handle, data }),
        4 => (handle(), option::of(amount()))
            .prop_map(|(handle, length)| FileRequest::Read { handle, length }),
        4 => (handle(), amount(), from)
            .prop_map(|(handle, offset, from)| FileRequest::Seek { handle, offset, from }),
        1 => handle().prop_map(FileRequest::Position),
        1 => handle().prop_map(FileRequest::Left),
        2 => handle().prop_map(FileRequest::Truncate),
        3 => handle().prop_map(FileRequest::Close),
        1 => Just(FileRequest::Handles),
        1 => Just(FileRequest::Space(storage)),
        1 => Just(FileRequest::Usage),
        1 => maybe().prop_map(move |name| FileRequest::List { storage, name }),
        2 => maybe().prop_map(move |name| FileRequest::Delete { storage, name }),
    ];
    prop_oneof![
        8 => request.prop_map(Step::Request),
        1 => (name(), prop_oneof![Just(0), amount()], bytes())
            .prop_map(|(name, offset, data)| Step::Put(name, offset, data)),
        1 => (name(), amount()).prop_map(|(name, from)| Step::Get(name, from)),
    ]
}

fn any_run() -> impl Strategy<Value = (Volume, Vec<Step>)> {
    prop_oneof![Just(Volume::Ufs), Just(Volume::Ram), Just(Volume::Sd)]
        .prop_flat_map(|storage| (Just(storage), collection::vec(any_step(storage), 1..80)))
}

proptest! {
    #[test]
    fn the_store_answers_as_its_model((storage, steps) in any_run()) {
        let mut store = store_of(LIMIT);
        let mut model = Model { storage, files: BTreeMap::new(), open: BTreeMap::new() };
        for step in steps {
            let expected = model.run(step.clone());
            prop_assert_eq!(run(&mut store, step), expected);
        }
        for handle in model.open.keys() {
            close(&mut store, *handle);
        }
        for (name, data) in &model.files {
            prop_assert_eq!(&get(&store, &local(storage, name)), data);
        }
        prop_assert_eq!(list(&mut store, storage, None).unwrap().len(), model.files.len());
    }
}
