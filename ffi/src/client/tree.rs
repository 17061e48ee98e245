//! Directories with all that is below them, up and down.

use std::ffi::{CString, c_char, c_void};
use std::path::Path;

use qftp::client::{
    Cancel, Client, Error, TreeAction, TreeEvent, TreeItem, TreeOptions, TreeOutcome, TreeReport,
};
use qftp_ffi_shared::callback::terminated;

use super::asked::asked;
use super::{Session, call, qftp_client};
use crate::callback;
use crate::error::Fault;
use crate::ptr::{
    Callback, StructFunction, handle, local_path, optional_callback, optional_struct_out, options,
    text,
};
use crate::sentinel::QFTP_UNKNOWN;
use crate::status::{self, qftp_status};
use crate::versioned_struct::Sized32;

/// Action of an item of a tree.
#[repr(i32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum qftp_tree_action {
    /// Upload a file.
    QFTP_TREE_PUT = 0,
    /// Download a file.
    QFTP_TREE_GET = 1,
    /// Make a directory.
    QFTP_TREE_MKDIR = 2,
    /// Read a directory.
    QFTP_TREE_LIST = 3,
    /// Delete a file of the copy that the source does not have.
    QFTP_TREE_DELETE = 4,
    /// Delete a directory of the copy that the source does not have.
    QFTP_TREE_RMDIR = 5,
}

impl From<TreeAction> for qftp_tree_action {
    fn from(action: TreeAction) -> Self {
        match action {
            TreeAction::Put => qftp_tree_action::QFTP_TREE_PUT,
            TreeAction::Get => qftp_tree_action::QFTP_TREE_GET,
            TreeAction::MakeDirectory => qftp_tree_action::QFTP_TREE_MKDIR,
            TreeAction::Delete => qftp_tree_action::QFTP_TREE_DELETE,
            TreeAction::RemoveDirectory => qftp_tree_action::QFTP_TREE_RMDIR,
            _ => qftp_tree_action::QFTP_TREE_LIST,
        }
    }
}

/// Outcome of an item of a tree.
#[repr(i32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum qftp_tree_outcome {
    /// The file was transferred.
    QFTP_TREE_TRANSFERRED = 0,
    /// The directory was made, or something was deleted.
    QFTP_TREE_DONE = 1,
    /// Nothing was done; the text says why.
    QFTP_TREE_SKIPPED = 2,
    /// It failed; the text says why.
    QFTP_TREE_FAILED = 3,
    /// The file is being transferred.
    QFTP_TREE_MOVING = 4,
}

/// A file or directory of a tree. Only the library makes one.
#[repr(C)]
pub struct qftp_tree_item {
    /// sizeof(qftp_tree_item) as the library knows it.
    pub size: u32,
    /// The action, done or not.
    pub action: qftp_tree_action,
    /// The outcome.
    pub outcome: qftp_tree_outcome,
    /// Status of a failure, a qftp_status; else QFTP_OK.
    pub status: i32,
    /// Bytes that have moved.
    pub bytes: u64,
    /// Bytes of a file that is being transferred; QFTP_UNKNOWN if that is not known, and for every other outcome.
    pub total: u64,
    /// Local path.
    pub local: *const c_char,
    /// Path on the server.
    pub remote: *const c_char,
    /// Reason for which it was skipped or failed, in one English sentence; else "".
    pub text: *const c_char,
}

/// Receives an item of a tree: each one when it has ended, and a file while it moves. A download has ended when the file
/// stands under its name. Small ones are synced together, so others may move before that is told.
///
/// @param item  The item.
/// @param user  The pointer given with the callback.
/// @return      0 to go on; anything else ends the call with QFTP_ERR_CANCELLED.
pub type qftp_tree_cb =
    Option<unsafe extern "C" fn(item: *const qftp_tree_item, user: *mut c_void) -> std::ffi::c_int>;

/// Options of a tree. Set them up by QFTP_INIT; 0 and NULL are the defaults: every file is carried over, nothing is deleted.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct qftp_tree_options {
    /// sizeof(qftp_tree_options), set by QFTP_INIT.
    pub size: u32,
    /// Not 0: leave out files whose copies are up to date. A download is that if size and time equal those of its source; an
    /// upload if the sizes are equal and its time is later.
    pub mirror: u32,
    /// Not 0, with mirror: delete what the source does not have.
    pub delete_extra: u32,
    /// Not 0: a copy of the same size is up to date, whatever its time.
    pub size_only: u32,
    /// Not 0: leave files alone that exist at the other end.
    pub no_clobber: u32,
    /// Not 0: continue what an earlier transfer of the same file left.
    pub resume: u32,
    /// Not 0: compare all content at the end of each file.
    pub verify: u32,
    /// Not 0: upload each file under another name first, as qftp_put_options does.
    pub atomic: u32,
    /// Not 0: a download may not be on the disk yet when its end is told.
    pub no_fsync: u32,
    /// Not 0: downloads do not get the time that the server states. A later mirror takes them for outdated then.
    pub no_times: u32,
    /// Not 0: read both ends and change nothing; every item is skipped.
    pub dry_run: u32,
    /// Not used, 0.
    pub reserved: u32,
    /// Receives the items; may be NULL.
    pub on_item: qftp_tree_cb,
    /// Handed to on_item.
    pub item_user: *mut c_void,
}

// SAFETY: integers, a pointer and an optional function, the size first.
unsafe impl Sized32 for qftp_tree_options {}

/// The counts of a tree. Set the size before (QFTP_INIT).
#[repr(C)]
#[derive(Clone, Copy)]
pub struct qftp_tree_result {
    /// sizeof(qftp_tree_result), set by QFTP_INIT.
    pub size: u32,
    /// Files that were transferred.
    pub files: u32,
    /// Items that were skipped.
    pub skipped: u32,
    /// Items that failed.
    pub failed: u32,
    /// Bytes that were transferred.
    pub bytes: u64,
}

// SAFETY: integers, the size first.
unsafe impl Sized32 for qftp_tree_result {}

/// `size` of an item.
const ITEM_SIZE: u32 = {
    assert!(size_of::<qftp_tree_item>() < 1 << 16);
    #[allow(clippy::cast_possible_truncation, reason = "asserted above")]
    let size = size_of::<qftp_tree_item>() as u32;
    size
};

/// Uploads what is in a local directory, with all below it, into a directory of the server, which is made if it is
/// missing. Links to files are files; links to directories are left out. What fails is noted, and the rest goes on, unless
/// the line or the session is lost. A mirror needs a dialect with listings.
///
/// @param client   The client.
/// @param local    The local directory.
/// @param remote   The directory on the server.
/// @param options  The options; may be NULL.
/// @param result   Gets the counts, also where items failed; may be NULL.
/// @return         QFTP_OK; the status of the first failure, which qftp_client_last_error explains; QFTP_ERR_LOCAL, a
///                 handle error or a command error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_put_tree(
    client: *mut qftp_client,
    local: *const c_char,
    remote: *const c_char,
    options: *const qftp_tree_options,
    result: *mut qftp_tree_result,
) -> qftp_status {
    call(handle!(client), |session, cancel| {
        let result = optional_struct_out!(result)?;
        let local = local_path(text!(local)?, "local")?;
        let (remote, given) = (text!(remote)?, options!(options)?);
        let about = ("put", remote);
        let report = carry(about, &given, session, cancel, &|client, options| {
            client.put_tree(local, remote, options)
        })?;
        if let Some(result) = &result {
            result.store(&counts(&report));
        }
        check(report)
    })
}

/// Downloads what is in a directory of the server, with all below it, into a local directory, which is made if it is
/// missing. The files get the times of those on the server, where it tells them. A name that leads to another place, as a
/// hostile server may list it, is left out. What fails is noted, and the rest goes on, unless the line or the session is
/// lost. The dialect needs listings.
///
/// @param client   The client.
/// @param remote   The directory on the server.
/// @param local    The local directory.
/// @param options  The options; may be NULL.
/// @param result   Gets the counts, also where items failed; may be NULL.
/// @return         QFTP_OK; the status of the first failure, which qftp_client_last_error explains; QFTP_ERR_NOT_FOUND,
///                 QFTP_ERR_LOCAL, a handle error or a command error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qftp_client_get_tree(
    client: *mut qftp_client,
    remote: *const c_char,
    local: *const c_char,
    options: *const qftp_tree_options,
    result: *mut qftp_tree_result,
) -> qftp_status {
    call(handle!(client), |session, cancel| {
        let result = optional_struct_out!(result)?;
        let local = local_path(text!(local)?, "local")?;
        let (remote, given) = (text!(remote)?, options!(options)?);
        let about = ("get", remote);
        let report = carry(about, &given, session, cancel, &|client, options| {
            client.get_tree(remote, local, options)
        })?;
        if let Some(result) = &result {
            result.store(&counts(&report));
        }
        check(report)
    })
}

/// Carries a tree over and hands out its items. `about`: the action and the directory of the server, for errors.
#[inline(never)] // both calls share it
fn carry(
    about: (&'static str, &[u8]),
    given: &qftp_tree_options,
    session: &mut Session,
    cancel: &Cancel,
    run: &dyn Fn(&mut Client, TreeOptions<'_>) -> Result<TreeReport, Error>,
) -> Result<TreeReport, Fault> {
    let mut way = Way {
        on_item: optional_callback!(given.on_item, given.item_user),
        cancel,
        running: None,
        refused: false,
    };
    let mut on_event = |event: TreeEvent<'_>| way.take(&event);
    let options = TreeOptions::new()
        .mirror(given.mirror != 0)
        .delete(given.delete_extra != 0)
        .size_only(given.size_only != 0)
        .no_clobber(given.no_clobber != 0)
        .resume(given.resume != 0)
        .verify(given.verify != 0)
        .atomic(given.atomic != 0)
        .fsync(given.no_fsync == 0)
        .times(given.no_times == 0)
        .dry_run(given.dry_run != 0)
        .on_event(&mut on_event);
    let report = run(&mut session.client, options);
    if way.refused {
        return Err(callback::refused());
    }
    report.map_err(asked(about.0, about.1))
}

/// Follows a tree on its way.
struct Way<'a> {
    on_item: Option<Callback<StructFunction<qftp_tree_item>>>,
    cancel: &'a Cancel,
    running: Option<(qftp_tree_action, CString, CString)>,
    refused: bool,
}

impl Way<'_> {
    fn take(&mut self, event: &TreeEvent<'_>) {
        match event {
            TreeEvent::Begin {
                action,
                local,
                remote,
                ..
            } => self.running = Some(((*action).into(), path(local), terminated(remote))),
            TreeEvent::Progress(done, total) => {
                let Some((action, local, remote)) = self.running.take() else {
                    return;
                };
                self.tell(&qftp_tree_item {
                    size: ITEM_SIZE,
                    action,
                    outcome: qftp_tree_outcome::QFTP_TREE_MOVING,
                    status: qftp_status::QFTP_OK as i32,
                    bytes: *done,
                    total: total.unwrap_or(QFTP_UNKNOWN),
                    local: local.as_ptr(),
                    remote: remote.as_ptr(),
                    text: c"".as_ptr(),
                });
                self.running = Some((action, local, remote));
            }
            TreeEvent::End(item) => self.end(item),
            _ => {}
        }
    }

    fn end(&mut self, item: &TreeItem) {
        let (mut bytes, mut status, mut why) = (0, qftp_status::QFTP_OK, String::new());
        let outcome = match &item.outcome {
            TreeOutcome::Transferred(moved) => {
                bytes = moved.bytes;
                qftp_tree_outcome::QFTP_TREE_TRANSFERRED
            }
            TreeOutcome::Skipped(reason) => {
                reason.meaning().clone_into(&mut why);
                qftp_tree_outcome::QFTP_TREE_SKIPPED
            }
            TreeOutcome::Failed(error) => {
                status = status::of_kind(error.kind());
                why = error.sentence(None, Some(&String::from_utf8_lossy(&item.remote)));
                qftp_tree_outcome::QFTP_TREE_FAILED
            }
            _ => qftp_tree_outcome::QFTP_TREE_DONE,
        };
        let (local, remote) = (path(&item.local), terminated(&item.remote));
        let text = terminated(why.as_bytes());
        self.tell(&qftp_tree_item {
            size: ITEM_SIZE,
            action: item.action.into(),
            outcome,
            status: status as i32,
            bytes,
            total: QFTP_UNKNOWN,
            local: local.as_ptr(),
            remote: remote.as_ptr(),
            text: text.as_ptr(),
        });
    }

    /// Hands an item out; a callback that wants no more cancels the rest, and is not called again.
    fn tell(&mut self, item: &qftp_tree_item) {
        let Some(on_item) = self.on_item.as_ref().filter(|_| !self.refused) else {
            return;
        };
        if on_item.call(item) != 0 {
            self.refused = true;
            self.cancel.cancel();
        }
    }
}

fn path(path: &Path) -> CString {
    terminated(path.as_os_str().as_encoded_bytes())
}

fn counts(report: &TreeReport) -> qftp_tree_result {
    let count = |wanted: fn(&TreeOutcome) -> bool| {
        let items = report.items.iter().filter(|item| wanted(&item.outcome));
        u32::try_from(items.count()).unwrap_or(u32::MAX)
    };
    qftp_tree_result {
        size: 0,
        files: count(|outcome| matches!(outcome, TreeOutcome::Transferred(_))),
        skipped: count(|outcome| matches!(outcome, TreeOutcome::Skipped(_))),
        failed: count(|outcome| matches!(outcome, TreeOutcome::Failed(_))),
        bytes: report.bytes(),
    }
}

/// Returns the first failure of an item.
fn check(report: TreeReport) -> Result<(), Fault> {
    let failed = |item: &TreeItem| matches!(item.outcome, TreeOutcome::Failed(_));
    let Some(item) = report.items.into_iter().find(failed) else {
        return Ok(());
    };
    let action = match item.action {
        TreeAction::MakeDirectory => "make directory",
        TreeAction::RemoveDirectory => "remove directory",
        action => action.name(),
    };
    match item.outcome {
        TreeOutcome::Failed(error) => Err(asked(action, &item.remote)(error)),
        _ => Ok(()),
    }
}
