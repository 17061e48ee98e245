//! The memory of a client's session: what it needs to get it back.

use crate::host::Login;

/// Remembers what a client needs to get its session back.
#[derive(Debug, Default)]
pub(super) struct SessionMemory {
    pub(super) login: Option<Login>,
    /// The directories it changed to, since the last absolute one.
    pub(super) directories: Vec<Vec<u8>>,
}

impl SessionMemory {
    /// Remembers a login. The server's directory is the first one again.
    pub(super) fn logged_in(&mut self, login: &Login) {
        self.login = Some(login.clone());
        self.directories.clear();
    }

    /// Forgets the login.
    pub(super) fn logged_out(&mut self) {
        *self = SessionMemory::default();
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
    fn an_absolute_directory_stands_for_all_before_it() {
        let mut memory = SessionMemory::default();
        memory.logged_in(&Login::new("h", "u", "p"));
        memory.changed_directory(b"a");
        memory.changed_directory(b"/b");
        memory.changed_directory(b"c");
        assert_eq!(memory.directories, [b"/b".to_vec(), b"c".to_vec()]);
        memory.logged_in(&Login::new("h", "u", "p"));
        assert!(memory.directories.is_empty());
        memory.logged_out();
        assert!(memory.login.is_none());
    }
}
