//! What cargo knows about the workspace: the libraries that are published, and what they ask for.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::run::{cargo, output};

/// The workspace as `cargo metadata` describes it.
pub(crate) struct Workspace {
    /// The folder for everything that is built.
    pub(crate) target: PathBuf,
    pub(crate) libraries: Vec<Library>,
}

/// A library crate that is published.
pub(crate) struct Library {
    pub(crate) name: String,
    /// The crates whose types may stand in its public API, by the names that they have in code.
    pub(crate) public_types: Vec<String>,
    /// Its dependencies from a registry, without those of its tests.
    pub(crate) requirements: Vec<Requirement>,
}

/// A dependency of a manifest, and the version that Cargo.lock chose for it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Requirement {
    pub(crate) name: String,
    /// The lowest version that the manifest allows.
    pub(crate) lowest: String,
    pub(crate) locked: String,
}

impl Workspace {
    /// Asks cargo.
    ///
    /// # Errors
    ///
    /// A manifest is wrong, or Cargo.lock does not fit the manifests.
    pub(crate) fn read() -> Result<Self> {
        let metadata = output(&mut cargo([
            "metadata",
            "--locked",
            "--all-features",
            "--format-version=1",
        ]))?;
        let metadata = serde_json::from_str(&metadata).context("what cargo metadata says")?;
        Self::from_metadata(&metadata).context("cargo metadata has another form than expected")
    }

    fn from_metadata(metadata: &Value) -> Option<Self> {
        let packages = metadata["packages"].as_array()?;
        let nodes = metadata.pointer("/resolve/nodes")?.as_array()?;
        let members = metadata["workspace_members"].as_array()?;
        let mut libraries = Vec::new();
        for member in members {
            let package = packages.iter().find(|package| &package["id"] == member)?;
            if is_published(package) && is_library(package) {
                let node = nodes.iter().find(|node| &node["id"] == member)?;
                libraries.push(Library {
                    name: package["name"].as_str()?.to_owned(),
                    public_types: words(package.pointer("/metadata/public-types/allowed")),
                    requirements: requirements(package, node, packages)?,
                });
            }
        }
        Some(Self {
            target: metadata["target_directory"].as_str()?.into(),
            libraries,
        })
    }
}

/// `publish = false` is an empty list of registries, and no word about it is null.
fn is_published(package: &Value) -> bool {
    package["publish"]
        .as_array()
        .is_none_or(|registries| !registries.is_empty())
}

fn is_library(package: &Value) -> bool {
    let targets = package["targets"].as_array();
    targets.is_some_and(|targets| {
        targets
            .iter()
            .any(|target| words(target.get("kind")).iter().any(|kind| kind == "lib"))
    })
}

fn requirements(package: &Value, node: &Value, packages: &[Value]) -> Option<Vec<Requirement>> {
    let chosen: Vec<_> = node["deps"]
        .as_array()?
        .iter()
        .filter_map(|dependency| {
            packages
                .iter()
                .find(|other| other["id"] == dependency["pkg"])
        })
        .collect();
    let mut requirements = Vec::new();
    for dependency in package["dependencies"].as_array()? {
        let is_neighbour = dependency["source"].is_null();
        let is_for_tests = dependency["kind"] == "dev";
        // One for another platform was not chosen.
        let locked = chosen
            .iter()
            .find(|other| other["name"] == dependency["name"]);
        if let Some(locked) = locked
            && !is_neighbour
            && !is_for_tests
        {
            requirements.push(Requirement {
                name: dependency["name"].as_str()?.to_owned(),
                lowest: lowest(dependency["req"].as_str()?),
                locked: locked["version"].as_str()?.to_owned(),
            });
        }
    }
    Some(requirements)
}

/// The lowest version that meets a requirement such as `^1.2`.
fn lowest(requirement: &str) -> String {
    let first = requirement.split(',').next().unwrap_or(requirement);
    let version = first.trim_start_matches(|c: char| !c.is_ascii_digit());
    let missing = 3_usize.saturating_sub(version.split('.').count());
    format!("{version}{}", ".0".repeat(missing))
}

fn words(list: Option<&Value>) -> Vec<String> {
    let words = list.and_then(Value::as_array).into_iter().flatten();
    words.filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_lowest_version_has_three_numbers() {
        for (requirement, version) in [
            ("^1.2.3", "1.2.3"),
            ("^1.2", "1.2.0"),
            ("^1", "1.0.0"),
            ("=0.52.0", "0.52.0"),
            (">=1.4, <3", "1.4.0"),
            ("^1.0.0-rc.1", "1.0.0-rc.1"),
        ] {
            assert_eq!(lowest(requirement), version, "{requirement}");
        }
    }

    fn metadata() -> Value {
        let library = json!([{ "kind": ["lib"] }, { "kind": ["test"] }]);
        let dependency = |name, kind: Option<&str>, source: Option<&str>| json!({ "name": name, "req": "^1.2", "kind": kind, "source": source });
        json!({
            "target_directory": "/t",
            "workspace_members": ["a", "private", "program"],
            "packages": [
                { "id": "a", "name": "a", "publish": null, "targets": library,
                  "metadata": { "public-types": { "allowed": ["http"] } },
                  "dependencies": [
                      dependency("http", None, Some("registry")),
                      dependency("tests", Some("dev"), Some("registry")),
                      dependency("neighbour", None, None),
                      dependency("windows", None, Some("registry")),
                  ] },
                { "id": "private", "name": "private", "publish": [], "targets": library },
                { "id": "program", "name": "program", "publish": null, "targets": [{ "kind": ["bin"] }] },
                { "id": "h", "name": "http", "version": "1.5.0" },
                { "id": "t", "name": "tests", "version": "1.5.0" },
                { "id": "n", "name": "neighbour", "version": "1.5.0" },
            ],
            "resolve": { "nodes": [{ "id": "a", "deps": [{ "pkg": "h" }, { "pkg": "t" }, { "pkg": "n" }] }] },
        })
    }

    #[test]
    fn only_published_libraries_count_with_what_they_take_from_a_registry() {
        let workspace = Workspace::from_metadata(&metadata()).unwrap();
        assert_eq!(workspace.target, PathBuf::from("/t"));
        let [library] = workspace.libraries.as_slice() else {
            panic!("{} libraries", workspace.libraries.len());
        };
        assert_eq!(library.name, "a");
        assert_eq!(library.public_types, ["http"]);
        let http = Requirement {
            name: "http".to_owned(),
            lowest: "1.2.0".to_owned(),
            locked: "1.5.0".to_owned(),
        };
        assert_eq!(library.requirements, [http]);
    }
}
