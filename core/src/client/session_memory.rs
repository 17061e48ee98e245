//! The memory of a client's session: what it needs to get it back.

use crate::host::Login;

/// Remembers what a client needs to get its session back.
#[derive(Debug, Default)]
pub(super) struct SessionMemory {
    pub(super) login: Option<Login>,
    /// The directories it changed to, since the last absolute one.
    pub(super) directories: Vec<Vec<u8>>,
    /// The directory that the session is in for a path that is too long for its command; the user does not know of it.
    pub(super) visited: Option<Vec<u8>>,
    /// True once the listing of a directory has shown a file that the listing of the file's path did not.
    pub(super) lists_directories_alone: bool,
}

impl SessionMemory {
    /// Remembers a login. The server's directory is the first one again, and the server may be another one.
    pub(super) fn logged_in(&mut self, login: &Login) {
        *self = SessionMemory {
            login: Some(login.clone()),
            ..SessionMemory::default()
        };
    }

    /// Forgets the login.
    pub(super) fn logged_out(&mut self) {
        *self = SessionMemory::default();
    }

    /// Returns true where the directory is known from the root on.
    pub(super) fn starts_absolute(&self) -> bool {
        self.directories
            .first()
            .is_some_and(|path| path.starts_with(b"/"))
    }

    /// Returns the current directory, where it is known from the root on. A `..` takes the last name away.
    pub(super) fn working_directory(&self) -> Option<Vec<u8>> {
        if !self.starts_absolute() {
            return None;
        }
        let mut names: Vec<&[u8]> = Vec::new();
        for path in &self.directories {
            for name in path.split(|byte| *byte == b'/') {
                match name {
                    b"" | b"." => {}
                    b".." => drop(names.pop()),
                    name => names.push(name),
                }
            }
        }
        let mut path = vec![b'/'];
        path.extend(names.join(&b'/'));
        Some(path)
    }

    /// Remembers a change of directory.
    pub(super) fn changed_directory(&mut self, path: &[u8]) {
        if path.starts_with(b"/") {
            self.directories.clear();
        }
        self.directories.push(path.to_vec());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_directory_is_known_from_an_absolute_one_on() {
        let mut memory = SessionMemory::default();
        assert_eq!(memory.working_directory(), None);
        let cases: &[(&[u8], Option<&[u8]>)] = &[
            (b"a", None),
            (b"/", Some(b"/")),
            (b"d/e/", Some(b"/d/e")),
            (b"..", Some(b"/d")),
            (b"./f//g", Some(b"/d/f/g")),
            (b"../../../..", Some(b"/")),
            (b"/x", Some(b"/x")),
        ];
        for (path, directory) in cases {
            memory.changed_directory(path);
            assert_eq!(memory.working_directory().as_deref(), *directory);
        }
    }

    #[test]
    fn an_absolute_directory_stands_for_all_before_it() {
        let mut memory = SessionMemory::default();
        memory.logged_in(&Login::new("h", "u", "p"));
        memory.changed_directory(b"a");
        memory.changed_directory(b"/b");
        memory.changed_directory(b"c");
        assert_eq!(memory.directories, [b"/b".to_vec(), b"c".to_vec()]);
        memory.lists_directories_alone = true;
        memory.logged_in(&Login::new("h", "u", "p"));
        assert!(memory.directories.is_empty() && !memory.lists_directories_alone);
        memory.logged_out();
        assert!(memory.login.is_none());
    }
}
