#!/usr/bin/env bash
# Brings Apache ZooKeeper 3.9, as Debian trixie has it, into .cache/zookeeper39, from where Debian
# bookworm fetches its packages. Nothing is installed. Its jar finds what it needs beside the
# installed `zookeeper`.
set -euo pipefail
cd "$(dirname "$0")/.."
into=.cache/zookeeper39
skip() {
  echo "no ZooKeeper 3.9: $1"
  exit 0
}
[ ! -e "$into" ] || exit 0
[ -e /usr/share/java/zookeeper.jar ] || skip 'the package zookeeper is not installed'
read -r mirror < <(apt-get indextargets --format '$(REPO_URI)' \
  'Created-By: Packages' 'Release: bookworm' 'Component: main' 2>/dev/null) ||
  skip 'the packages do not come from Debian bookworm'
mkdir -p .cache
work=$(mktemp -d -p "$PWD/.cache")
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{lists,cache,parts,files}
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
echo "deb [signed-by=$keyring] $mirror trixie main" >"$work/sources.list"
aptGet() {
  apt-get -qq -o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts="$work/parts" \
    -o Dir::State::Lists="$work/lists" -o Dir::Cache="$work/cache" -o APT::Sandbox::User= "$@"
}
(aptGet update && cd "$work" && aptGet download libzookeeper-java/trixie) >"$work/out" 2>&1 ||
  skip "$(tail -n 1 "$work/out")"
dpkg -x "$work"/libzookeeper-java_*.deb "$work/files"
mv "$work/files" "$into"
echo "ZooKeeper 3.9: $(basename "$(realpath "$into/usr/share/java/zookeeper.jar")")"
