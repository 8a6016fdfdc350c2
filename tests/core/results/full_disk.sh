#!/bin/sh
# full_disk.sh WRITE_SAMPLE FOLDER MPIEXEC...
#
# Writes the sample result to disks too small for it: the command ends with 5 and one line of reason, and leaves neither
# a temporary file nor an incomplete one. 77 (skipped) where no small disk can be mounted.
write_sample=$1 folder=$2
shift 2
mkdir -p "$folder" && mount -t tmpfs -o size=64k tmpfs "$folder" 2>/dev/null || { echo "cannot mount a small disk"; exit 77; }
umount "$folder"

for size in 16k 1m 6m 14m; do
  for ranks in 1 3; do
    mount -t tmpfs -o "size=$size" tmpfs "$folder" || exit 77
    "$@" "$ranks" "$write_sample" "$folder" > "$folder.log" 2>&1
    code=$?
    left=$(find "$folder" -name '.*.tmp')
    said=$(grep -c "cannot write: No space left on device" "$folder.log")
    umount "$folder"
    if [ "$code" -ne 5 ] || [ -n "$left" ] || [ "$said" -ne 1 ]; then
      cat "$folder.log"
      echo "disk of $size, $ranks ranks: code $code, left '$left', said $said times"
      exit 1
    fi
  done
done
