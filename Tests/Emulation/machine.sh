# Sourced: an emulated machine with AVX-512 - its kernel, its files, its run.
# shellcheck shell=bash
: "${here:?the folder of this file}" "${build:?where the kernel is kept}" "${scratch:?an empty folder}"
root_folder=$scratch/root

# What the machine is made of; nothing of it is committed.
machine_packages() {
  local file missing=""
  for file in /usr/bin/{bochs,xorriso,cpio,gcc} /usr/lib/ISOLINUX/isolinux.bin \
    /usr/lib/syslinux/modules/bios/ldlinux.c32 /usr/lib/*/bochs/plugins/libbx_term_gui.so; do
    [ -e "$file" ] || missing=$file
  done
  [ -z "$missing" ] && return
  apt-get update -qq
  # bochs-term is the display that needs no window system.
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends bochs bochs-term xorriso cpio \
    gcc libc6-dev isolinux syslinux-common
}

# Debian's kernel for virtual machines has few drivers built in and starts quickly. It is unpacked, not installed.
machine_kernel() {
  [ -f "$build/vmlinuz" ] && return
  local package
  package=$(apt-cache depends linux-image-cloud-amd64 | sed -n 's/.*Depends: \(linux-image-.*\)/\1/p' | head -1)
  mkdir "$scratch/kernel"
  (cd "$scratch/kernel" && apt-get download -qq -o APT::Sandbox::User=root "$package" &&
    dpkg-deb --fsys-tarfile ./*.deb | tar -x --wildcards './boot/vmlinuz-*') || return
  mv "$scratch"/kernel/boot/vmlinuz-* "$build/vmlinuz"
}

# machine_add PATH...: files and folders, which get the same path inside, and the libraries that a program needs.
machine_add() {
  local path library
  for path in "$@"; do
    path=$(realpath -s "$path")
    [ -e "$root_folder$path" ] && continue
    mkdir -p "$root_folder$(dirname "$path")"
    cp -rL "$path" "$root_folder$path" || return
    if [ -d "$path" ] || [ ! -x "$path" ]; then continue; fi
    for library in $(ldd "$path" 2>/dev/null | grep -oE '(^|[[:space:]])/[^ ]+'); do
      mkdir -p "$root_folder$(dirname "$library")"
      cp -L "$library" "$root_folder$library" || return
    done
  done
}

machine_prepare() {
  mkdir -p "$root_folder"/{bin,dev,proc,tmp}
  gcc -static -O1 -Wall -Wextra -Werror "$here/init.c" -o "$root_folder/init" || return
  machine_add "$(command -v bash)" || return
  cp -L "$(command -v bash)" "$root_folder/bin/bash"
}

# machine_boot SECONDS: runs the script /steps in the machine. Its output is shown; $scratch/results is what it wrote
# to descriptor 3. Ends when the script ends or the time is over.
machine_boot() {
  mkdir "$scratch/disc"
  (cd "$root_folder" && find . | cpio -o -H newc --quiet) >"$scratch/disc/initrd" || return
  cp "$build/vmlinuz" "$here/isolinux.cfg" /usr/lib/ISOLINUX/isolinux.bin \
    /usr/lib/syslinux/modules/bios/ldlinux.c32 "$scratch/disc/" || return
  xorriso -as mkisofs -quiet -o "$scratch/machine.iso" -b isolinux.bin -c boot.cat -no-emul-boot -boot-load-size 4 \
    -boot-info-table "$scratch/disc" 2>"$scratch/xorriso.log" || { cat "$scratch/xorriso.log"; return 1; }
  cp "$here/bochsrc" "$scratch/"
  # Debian's Bochs begins in its debugger. An interrupt, too, leads there; then it ends and writes out the output.
  printf 'continue\nquit\n' >"$scratch/commands"
  : >"$scratch/output"
  : >"$scratch/results"
  (
    cd "$scratch" || exit
    export TERM=xterm BXSHARE=/usr/share/bochs TIMEFORMAT=%U
    time timeout -s INT -k 10 "$1" bochs -f bochsrc -rc commands </dev/null >screen 2>errors
  ) 2>"$scratch/seconds" &
  local emulator=$!
  tail --pid=$emulator -s 0.3 -n +1 -F "$scratch/output" 2>/dev/null
  wait $emulator
  local code=$?
  # How Bochs itself says that it was told to end.
  grep -q 'Shutdown port' "$scratch/errors" && return
  if [ $code -eq 124 ]; then
    echo "FAILED: the time of $1 s is over"
  else
    echo "FAILED: the emulator ended with exit code $code"
    tail -n 5 "$scratch/errors" "$scratch/bochs.log"
  fi
  return 1
}

# What the emulator took of this processor, for how many instructions of that one.
machine_cost() {
  local instructions seconds
  instructions=$(tail -n 1 "$scratch/bochs.log" | sed -nE 's/^0*([0-9]+)[0-9]{6}i.*/\1/p')
  seconds=$(cat "$scratch/seconds")
  awk -v n="${instructions:-0}" -v s="$seconds" \
    'BEGIN { printf "%.0f s of a core for %d million instructions: %.0f million a second\n", s, n, n / (s + (s == 0)) }'
}
