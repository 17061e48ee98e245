//! Reads which file of a crate takes names from which other file.
//!
//! An import counts where the name is defined, not where it is re-exported: `use super::Host` in `host/plan.rs` leads to
//! `host.rs` if `Host` is defined there, and to `host/step.rs` if `host.rs` only says `pub use step::Host`. A `pub use`
//! itself and code under `#[cfg(test)]` do not count.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};
use syn::{Attribute, Item, UseTree, Visibility};

/// A module's path below the crate: `["host", "plan"]`.
pub(crate) type ModulePath = Vec<String>;

/// One source file.
pub(crate) struct SourceFile {
    pub(crate) path: PathBuf,
    /// Names of the types that are defined here.
    pub(crate) types: Vec<String>,
    defined: BTreeSet<String>,
    /// Modules in files of their own that only tests have.
    tests: Vec<String>,
    /// What a name stands for that was imported: the path, as written.
    imported: BTreeMap<String, Vec<String>>,
    re_exported: BTreeMap<String, Vec<String>>,
    /// Modules whose whole content is re-exported.
    re_exported_whole: Vec<Vec<String>>,
    /// Paths of at least two segments in the code.
    mentioned: BTreeSet<Vec<String>>,
}

/// The files of one crate.
pub(crate) struct Crate {
    pub(crate) files: BTreeMap<ModulePath, SourceFile>,
}

impl Crate {
    /// Reads all files below a `src` folder.
    pub(crate) fn read(src: &Path) -> Self {
        let mut files = BTreeMap::new();
        for path in rust_files(src) {
            let below = path
                .strip_prefix(src)
                .expect("it is below")
                .with_extension("");
            let mut module: ModulePath = below
                .iter()
                .map(|part| part.to_str().expect("UTF-8").to_owned())
                .collect();
            if matches!(
                module.last().map(String::as_str),
                Some("lib" | "main" | "mod")
            ) {
                module.pop();
            }
            files.insert(module, SourceFile::read(path));
        }
        let tests: Vec<ModulePath> = files
            .iter()
            .flat_map(|(module, file)| file.tests.iter().map(move |name| joined(module, name)))
            .collect();
        files.retain(|module, _| !tests.iter().any(|test| module.starts_with(test)));
        Crate { files }
    }

    /// Returns each pair of files, the one that imports first.
    pub(crate) fn imports(&self) -> BTreeSet<(ModulePath, ModulePath)> {
        let mut all = BTreeSet::new();
        for (module, file) in &self.files {
            let imported = file.imported.values();
            for path in imported.chain(&file.mentioned) {
                let Some(to) = self.defining_module(module, path, 0) else {
                    continue;
                };
                if to != *module {
                    all.insert((module.clone(), to));
                }
            }
        }
        all
    }

    /// Finds the file that defines what a path names, seen from a module.
    fn defining_module(
        &self,
        from: &ModulePath,
        path: &[String],
        depth: usize,
    ) -> Option<ModulePath> {
        let (mut module, rest) = self.start(from, path, depth)?;
        for (at, name) in rest.iter().enumerate() {
            let child = joined(&module, name);
            if self.files.contains_key(&child) {
                module = child;
                continue;
            }
            let file = self.files.get(&module)?;
            if file.defined.contains(name) || depth > 8 {
                return Some(module);
            }
            let on = |target: &Vec<String>| {
                let target: Vec<String> = target.iter().chain(&rest[at + 1..]).cloned().collect();
                self.defining_module(&module, &target, depth + 1)
            };
            let elsewhere = file
                .re_exported
                .get(name)
                .or_else(|| file.imported.get(name));
            if let Some(target) = elsewhere {
                return on(target);
            }
            let whole = file.re_exported_whole.iter().map(|target| {
                let target = target.iter().chain([name]).cloned().collect::<Vec<_>>();
                self.defining_module(&module, &target, depth + 1)
            });
            return whole.flatten().next().or(Some(module));
        }
        // A module by itself: what is taken from it is told by the paths that begin with it.
        None
    }

    /// Resolves the first segments of a path to a module; `None` for another crate's.
    fn start<'a>(
        &self,
        from: &ModulePath,
        path: &'a [String],
        depth: usize,
    ) -> Option<(ModulePath, &'a [String])> {
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => Some((Vec::new(), rest)),
            "self" => Some((from.clone(), rest)),
            "super" => {
                let mut module = from.clone();
                let mut rest = rest;
                module.pop()?;
                while let Some((name, further)) = rest.split_first()
                    && name == "super"
                {
                    module.pop()?;
                    rest = further;
                }
                Some((module, rest))
            }
            name => {
                let child = joined(from, name);
                if self.files.contains_key(&child) {
                    return Some((child, rest));
                }
                // A module that was imported by name: `use super::driver;` and then `driver::run`.
                let target = self.files.get(from)?.imported.get(name)?;
                if depth > 8 || target.first().is_some_and(|first| first == name) {
                    return None;
                }
                let (module, beyond) = self.start(from, target, depth + 1)?;
                let mut module = module;
                for name in beyond {
                    module.push(name.clone());
                }
                self.files.contains_key(&module).then_some((module, rest))
            }
        }
    }
}

impl SourceFile {
    fn read(path: PathBuf) -> Self {
        let text = fs::read_to_string(&path).expect("a source file");
        let parsed =
            syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut file = SourceFile {
            path,
            types: Vec::new(),
            defined: BTreeSet::new(),
            tests: Vec::new(),
            imported: BTreeMap::new(),
            re_exported: BTreeMap::new(),
            re_exported_whole: Vec::new(),
            mentioned: BTreeSet::new(),
        };
        for item in &parsed.items {
            file.define(item);
        }
        file.visit_file(&parsed);
        file
    }

    fn define(&mut self, item: &Item) {
        if let Item::Mod(item) = item
            && is_test(&item.attrs)
        {
            self.tests.push(item.ident.to_string());
        }
        let (name, is_type) = match item {
            Item::Struct(item) => (&item.ident, true),
            Item::Enum(item) => (&item.ident, true),
            Item::Union(item) => (&item.ident, true),
            Item::Trait(item) => (&item.ident, true),
            Item::Type(item) => (&item.ident, true),
            Item::Const(item) => (&item.ident, false),
            Item::Static(item) => (&item.ident, false),
            Item::Fn(item) => (&item.sig.ident, false),
            Item::Macro(item) => match &item.ident {
                Some(name) => (name, false),
                None => return,
            },
            _ => return,
        };
        if is_type && !is_test(attributes(item)) {
            self.types.push(name.to_string());
        }
        self.defined.insert(name.to_string());
    }

    fn import(&mut self, tree: &UseTree, before: &mut Vec<String>, re_export: bool) {
        match tree {
            UseTree::Path(path) => {
                before.push(path.ident.to_string());
                self.import(&path.tree, before, re_export);
                before.pop();
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.import(tree, before, re_export);
                }
            }
            UseTree::Glob(_) if re_export => self.re_exported_whole.push(before.clone()),
            UseTree::Glob(_) => {}
            UseTree::Name(name) if name.ident == "self" => {
                let last = before.last().expect("a module").clone();
                self.take(last, before.clone(), re_export);
            }
            UseTree::Name(name) => {
                let name = name.ident.to_string();
                let path = before.iter().cloned().chain([name.clone()]).collect();
                self.take(name, path, re_export);
            }
            UseTree::Rename(rename) => {
                let mut path = before.clone();
                if rename.ident != "self" {
                    path.push(rename.ident.to_string());
                }
                self.take(rename.rename.to_string(), path, re_export);
            }
        }
    }

    fn take(&mut self, name: String, path: Vec<String>, re_export: bool) {
        let names = if re_export {
            &mut self.re_exported
        } else {
            &mut self.imported
        };
        names.insert(name, path);
    }
}

impl<'ast> Visit<'ast> for SourceFile {
    fn visit_item(&mut self, item: &'ast Item) {
        if is_test(attributes(item)) {
            return;
        }
        match item {
            Item::Use(item) => {
                let re_export = !matches!(item.vis, Visibility::Inherited);
                self.import(&item.tree, &mut Vec::new(), re_export);
            }
            _ => visit::visit_item(self, item),
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.segments.len() > 1 && path.leading_colon.is_none() {
            let names = path
                .segments
                .iter()
                .map(|segment| segment.ident.to_string());
            self.mentioned.insert(names.collect());
        }
        visit::visit_path(self, path);
    }
}

fn joined(module: &ModulePath, name: &str) -> ModulePath {
    module.iter().cloned().chain([name.to_owned()]).collect()
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Mod(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Const(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        _ => &[],
    }
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && matches!(&attribute.meta, syn::Meta::List(list) if list.tokens.to_string() == "test")
    })
}

pub(crate) fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}
