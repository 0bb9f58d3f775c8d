using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Wya.Projections.Rooms.Objects;

/// <summary>
/// Objects as files below one folder. A new one is written beside its place under a name of its own, flushed to the disk, and
/// then given its name by a hard link, which the file system refuses when the name is taken: so an object is there whole or
/// not at all, and nobody can replace it. Each file ends with a line that holds the SHA-256 of what stands before it.
/// </summary>
public sealed class FolderObjects : IObjects
{
    private const int TrailerBytes = 1 + (2 * SHA256.HashSizeInBytes);
    private const string Unfinished = ".unfinished";

    private readonly string root;

    /// <param name="folder">Made when it is missing.</param>
    public FolderObjects(string folder) => root = Directory.CreateDirectory(folder).FullName;

    public Task<bool> TryCreate(string key, ReadOnlyMemory<byte> bytes, CancellationToken ct = default) => Guarded(() =>
    {
        string path = PathOf(key);
        string folder = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            Flush(Path.GetDirectoryName(folder)!);
        }

        string temporary = Path.Combine(folder, $"{Guid.NewGuid():n}{Unfinished}");
        try
        {
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                file.Write(bytes.Span);
                file.Write(Trailer(bytes.Span));
                file.Flush(flushToDisk: true);
            }

            if (!Link(temporary, path))
            {
                return false;
            }

            Flush(folder);
            return true;
        }
        finally
        {
            File.Delete(temporary);
        }
    });

    public Task<byte[]?> Read(string key, CancellationToken ct = default) => Guarded(() =>
    {
        string path = PathOf(key);
        if (!File.Exists(path))
        {
            return null;
        }

        byte[] all = File.ReadAllBytes(path);
        if (all.Length < TrailerBytes || !Trailer(all.AsSpan(0, all.Length - TrailerBytes)).AsSpan().SequenceEqual(all.AsSpan(all.Length - TrailerBytes)))
        {
            throw new ObjectsAwayException("A stored object is not what was written.");
        }

        return all[..^TrailerBytes];
    });

    public Task<bool> Delete(string key, CancellationToken ct = default) => Guarded(() =>
    {
        string path = PathOf(key);
        if (!File.Exists(path))
        {
            return false;
        }

        File.Delete(path);
        Flush(Path.GetDirectoryName(path)!);
        return true;
    });

    public async IAsyncEnumerable<string> List(string prefix, [EnumeratorCancellation] CancellationToken ct = default)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        string folder = PathOf(prefix[..(prefix.LastIndexOf('/') + 1)]);
        if (!Directory.Exists(folder))
        {
            yield break;
        }

        foreach (string path in Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories))
        {
            string key = Path.GetRelativePath(root, path).Replace(Path.DirectorySeparatorChar, '/');
            if (key.StartsWith(prefix, StringComparison.Ordinal))
            {
                yield return key;
            }
        }
    }

    public Uri? SignedAddress(string key, TimeSpan lifetime) => null;

    /// <summary>Keys are made here and hold ids and numbers; one that leads elsewhere is a fault.</summary>
    private string PathOf(string key)
    {
        string path = Path.GetFullPath(Path.Combine(root, key));
        return path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? path
            : throw new ArgumentException("A key leads out of the folder.", nameof(key));
    }

    private static byte[] Trailer(ReadOnlySpan<byte> bytes) => Encoding.ASCII.GetBytes("\n" + Convert.ToHexStringLower(SHA256.HashData(bytes)));

    private static Task<T> Guarded<T>(Func<T> work) => Task.Run(() =>
    {
        try
        {
            return work();
        }
        catch (Exception fault) when (fault is IOException and not ObjectsAwayException or UnauthorizedAccessException)
        {
            throw new ObjectsAwayException("The folder of objects does not take it.", fault);
        }
    });

    private static bool Link(string from, string to)
    {
        if (OperatingSystem.IsWindows())
        {
            try
            {
                File.Move(from, to, overwrite: false); // refused when the name is taken
                return true;
            }
            catch (IOException) when (File.Exists(to))
            {
                return false;
            }
        }

        const int exists = 17;
        if (Native.link(from, to) == 0)
        {
            return true;
        }

        int error = Marshal.GetLastPInvokeError();
        return error == exists ? false : throw new IOException($"A link was refused: {error}.");
    }

    /// <summary>A name is durable when its folder is.</summary>
    private static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int descriptor = Native.open(folder, 0);
        if (descriptor < 0)
        {
            throw new IOException($"A folder cannot be opened: {Marshal.GetLastPInvokeError()}.");
        }

        int flushed = Native.fsync(descriptor);
        _ = Native.close(descriptor);
        if (flushed != 0)
        {
            throw new IOException("A folder cannot be flushed.");
        }
    }

#pragma warning disable SYSLIB1054, CA2101, IDE1006 // three calls without a generated layer, by the names of the system
    private static class Native
    {
        [DllImport("libc", SetLastError = true, BestFitMapping = false)]
        public static extern int link([MarshalAs(UnmanagedType.LPUTF8Str)] string from, [MarshalAs(UnmanagedType.LPUTF8Str)] string to);

        [DllImport("libc", SetLastError = true, BestFitMapping = false)]
        public static extern int open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

        [DllImport("libc", SetLastError = true)]
        public static extern int fsync(int descriptor);

        [DllImport("libc", SetLastError = true)]
        public static extern int close(int descriptor);
    }
#pragma warning restore SYSLIB1054, CA2101, IDE1006
}
