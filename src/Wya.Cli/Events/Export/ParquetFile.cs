using System.Buffers.Binary;
using System.Text;

namespace Wya.Cli;

/// <summary>
/// Parquet, written by DuckDB: rows are put column by column into chunks of its own memory, and the chunks into a table that
/// is copied out in the end. The memory is that of one file's events.
/// </summary>
internal sealed unsafe class ParquetFile : IEventFile
{
    private const int ChunkRows = 2_048;

    // Most columns differ in every row: to look for repetitions beyond these many values, or harder than this, takes three times
    // as long and makes no smaller files.
    private const string Compression = "compression zstd, compression_level 1, dictionary_size_limit 1000";

    private const int Varchar = 17, BigInt = 5, Integer = 4, TimestampTz = 31, Uuid = 27;

    private static readonly int[] Types = [Varchar, BigInt, Uuid, Uuid, BigInt, Varchar, Integer, TimestampTz, Varchar, Varchar, Varchar, Varchar];

    private readonly DuckDb database;
    private readonly string path;
    private readonly nint[] vectors = new nint[Types.Length];
    private readonly nint[] data = new nint[Types.Length];
    private readonly ulong*[] valid = new ulong*[Types.Length];
    private byte[] text = new byte[4096];
    private nint appender;
    private nint chunk;
    private ulong row;

    public ParquetFile(DuckDb database, string path)
    {
        this.database = database;
        this.path = path;
        database.Run($"create or replace table exported ({string.Join(", ", EventColumns.All.Select(column => $"{column.Name} {column.Type}"))})");
        if (DuckDbLibrary.CreateAppender(database.Connection, null, "exported", out appender) != 0)
        {
            throw new DuckDbException(DuckDb.Text(DuckDbLibrary.AppenderError(appender)));
        }

        nint[] types = [.. Types.Select(DuckDbLibrary.CreateType)];
        fixed (nint* first = types)
        {
            chunk = DuckDbLibrary.CreateChunk(first, (ulong)types.Length);
        }

        for (int i = 0; i < types.Length; i++)
        {
            DuckDbLibrary.DestroyType(ref types[i]);
        }

        Begin();
    }

    public void Write(ExportedEvent exported)
    {
        Text(0, exported.Domain);
        ((long*)data[1])[row] = exported.Position;
        Id(2, exported.Id);
        Id(3, exported.StreamId);
        ((long*)data[4])[row] = exported.Version;
        Text(5, exported.Type);
        ((int*)data[6])[row] = exported.SchemaVersion;
        ((long*)data[7])[row] = exported.TimeMicros;
        Bytes(8, exported.Actor.Span);
        BytesIfAny(9, exported.CorrelationId);
        BytesIfAny(10, exported.CausationId);
        Bytes(11, exported.Data.Span);
        if (++row == ChunkRows)
        {
            Append();
            Begin();
        }
    }

    public void Finish()
    {
        Append();
        if (DuckDbLibrary.DestroyAppender(ref appender) != 0)
        {
            throw new DuckDbException("The last rows of a file were not taken.");
        }

        database.Run($"copy exported to {DuckDb.Quoted(path)} (format parquet, {Compression}); drop table exported");
        using FileStream written = new(path, FileMode.Open, FileAccess.ReadWrite);
        written.Flush(flushToDisk: true);
    }

    public void Dispose()
    {
        DuckDbLibrary.DestroyChunk(ref chunk);
        if (appender != 0)
        {
            DuckDbLibrary.DestroyAppender(ref appender);
        }
    }

    private void Begin()
    {
        DuckDbLibrary.ResetChunk(chunk);
        row = 0;
        for (int column = 0; column < Types.Length; column++)
        {
            vectors[column] = DuckDbLibrary.Vector(chunk, (ulong)column);
            DuckDbLibrary.MakeValidityWritable(vectors[column]);
            data[column] = (nint)DuckDbLibrary.Data(vectors[column]);
            valid[column] = DuckDbLibrary.Validity(vectors[column]);
        }
    }

    private void Append()
    {
        DuckDbLibrary.SetChunkSize(chunk, row);
        if (row > 0 && DuckDbLibrary.AppendChunk(appender, chunk) != 0)
        {
            throw new DuckDbException(DuckDb.Text(DuckDbLibrary.AppenderError(appender)));
        }
    }

    /// <summary>128 bits, of which the highest is turned so that they are ordered as signed numbers.</summary>
    private void Id(int column, Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        ulong* cell = (ulong*)data[column] + (2 * row);
        cell[0] = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        cell[1] = BinaryPrimitives.ReadUInt64BigEndian(bytes) ^ (1UL << 63);
    }

    private void BytesIfAny(int column, ReadOnlyMemory<byte>? value)
    {
        if (value is { } bytes)
        {
            Bytes(column, bytes.Span);
        }
        else
        {
            valid[column][row / 64] &= ~(1UL << (int)(row % 64));
        }
    }

    private void Text(int column, string value)
    {
        int bytesMax = Encoding.UTF8.GetMaxByteCount(value.Length);
        if (text.Length < bytesMax)
        {
            text = new byte[bytesMax];
        }

        Bytes(column, text.AsSpan(0, Encoding.UTF8.GetBytes(value, text)));
    }

    private void Bytes(int column, ReadOnlySpan<byte> value)
    {
        fixed (byte* first = value)
        {
            DuckDbLibrary.AssignText(vectors[column], row, first, (ulong)value.Length);
        }
    }
}
