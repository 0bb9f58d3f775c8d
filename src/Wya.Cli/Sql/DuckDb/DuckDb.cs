using System.Runtime.InteropServices;
using System.Text;

namespace Wya.Cli;

/// <summary>A database in memory, and one connection to it.</summary>
internal sealed class DuckDb : IDisposable
{
    private const int SelectStatement = 1;

    private nint database;
    private nint connection;

    private DuckDb(nint database, nint connection)
    {
        this.database = database;
        this.connection = connection;
    }

    /// <summary>For who appends chunks to it.</summary>
    internal nint Connection => connection;

    /// <exception cref="VerbRefusedException">The library is not there.</exception>
    public static DuckDb Open(Surroundings here)
    {
        DuckDbLibrary.Load(here);
        if (DuckDbLibrary.Open(null, out nint database) != 0 || DuckDbLibrary.Connect(database, out nint connection) != 0)
        {
            throw new DuckDbException("DuckDB does not open a database in memory.");
        }

        var open = new DuckDb(database, connection);
        // Nothing is fetched from anywhere, and times are shown as they are kept.
        open.Run("set autoinstall_known_extensions = false; set autoload_known_extensions = false; set timezone = 'UTC'");
        return open;
    }

    /// <summary>Statements whose answer nobody wants.</summary>
    /// <exception cref="DuckDbException">It was refused.</exception>
    public void Run(string sql)
    {
        DuckDbLibrary.Result result = Execute(sql);
        DuckDbLibrary.DestroyResult(ref result);
    }

    /// <summary>The answer of the last of the statements, a row at a time, each value as text; null where there is none.</summary>
    /// <param name="asJson">One column, of a JSON object a row.</param>
    /// <exception cref="DuckDbException">It was refused.</exception>
    public DuckDbRows Query(string sql, bool asJson = false)
    {
        string statement = sql.Trim().TrimEnd(';');
        bool isSelect = IsSelect(statement);
        string asked = (isSelect, asJson) switch
        {
            (false, _) => statement,
            (true, false) => $"select columns(*)::varchar from (\n{statement}\n)",
            (true, true) => $"select to_json(answer)::varchar as json from (\n{statement}\n) answer",
        };
        return new DuckDbRows(Execute(asked), areAllText: isSelect);
    }

    /// <summary>From another thread: the statement under way ends with an error.</summary>
    public void Interrupt() => DuckDbLibrary.Interrupt(connection);

    public void Dispose()
    {
        DuckDbLibrary.Disconnect(ref connection);
        DuckDbLibrary.Close(ref database);
    }

    /// <summary>Text in SQL.</summary>
    public static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    internal static string Text(nint utf8) => Marshal.PtrToStringUTF8(utf8) ?? "";

    private DuckDbLibrary.Result Execute(string sql)
    {
        if (DuckDbLibrary.Query(connection, sql, out DuckDbLibrary.Result result) == 0)
        {
            return result;
        }

        string message = Text(DuckDbLibrary.ResultError(ref result));
        DuckDbLibrary.DestroyResult(ref result);
        throw new DuckDbException(message);
    }

    private bool IsSelect(string statement)
    {
        ulong count = DuckDbLibrary.ExtractStatements(connection, statement, out nint statements);
        try
        {
            if (count == 0)
            {
                string error = Text(DuckDbLibrary.ExtractError(statements));
                throw new DuckDbException(error.Length > 0 ? error : "There is no statement in it.");
            }

            if (count > 1)
            {
                return false;
            }

            int failed = DuckDbLibrary.PrepareExtracted(connection, statements, 0, out nint prepared);
            string refusal = failed == 0 ? "" : Text(DuckDbLibrary.PrepareError(prepared));
            int type = failed == 0 ? DuckDbLibrary.StatementType(prepared) : 0;
            DuckDbLibrary.DestroyPrepare(ref prepared);
            return failed == 0 ? type == SelectStatement : throw new DuckDbException(refusal);
        }
        finally
        {
            DuckDbLibrary.DestroyExtracted(ref statements);
        }
    }
}

/// <summary>DuckDB refused a statement; the message is its own, about what was asked and the files that were named.</summary>
internal sealed class DuckDbException(string message) : Exception(message);

/// <summary>What a statement answered.</summary>
internal sealed class DuckDbRows : IDisposable
{
    private readonly bool areAllText;
    private DuckDbLibrary.Result result;

    /// <param name="areAllText">They were asked for as text, so that they can be read chunk by chunk.</param>
    public DuckDbRows(DuckDbLibrary.Result result, bool areAllText)
    {
        this.result = result;
        this.areAllText = areAllText;
        Columns = [.. Enumerable.Range(0, (int)DuckDbLibrary.ColumnCount(ref this.result))
            .Select(column => DuckDb.Text(DuckDbLibrary.ColumnName(ref this.result, (ulong)column)))];
    }

    public IReadOnlyList<string> Columns { get; }

    /// <summary>Once.</summary>
    public IEnumerable<string?[]> Rows() => areAllText ? Chunks() : Values();

    public void Dispose() => DuckDbLibrary.DestroyResult(ref result);

    private IEnumerable<string?[]> Chunks()
    {
        for (nint chunk = DuckDbLibrary.FetchChunk(result); chunk != 0; chunk = DuckDbLibrary.FetchChunk(result))
        {
            int rows = (int)DuckDbLibrary.ChunkSize(chunk);
            string?[][] texts = [.. Enumerable.Range(0, Columns.Count).Select(column => Texts(DuckDbLibrary.Vector(chunk, (ulong)column), rows))];
            DuckDbLibrary.DestroyChunk(ref chunk);
            for (int row = 0; row < rows; row++)
            {
                yield return [.. texts.Select(column => column[row])];
            }
        }
    }

    private IEnumerable<string?[]> Values()
    {
        for (ulong row = 0; row < DuckDbLibrary.RowCount(ref result); row++)
        {
            yield return [.. Enumerable.Range(0, Columns.Count).Select(column => Value((ulong)column, row))];
        }
    }

    private string? Value(ulong column, ulong row)
    {
        nint text = DuckDbLibrary.ValueText(ref result, column, row);
        string? value = Marshal.PtrToStringUTF8(text);
        DuckDbLibrary.Free(text);
        return value;
    }

    /// <summary>Of a column of text; null where there is none.</summary>
    internal static unsafe string?[] Texts(nint vector, int rows)
    {
        var texts = new string?[rows];
        byte* data = (byte*)DuckDbLibrary.Data(vector);
        ulong* valid = DuckDbLibrary.Validity(vector);
        for (int row = 0; row < rows; row++)
        {
            if (valid == null || (valid[row / 64] >> (row % 64) & 1) == 1)
            {
                // 16 bytes: the length, then the text itself if it has up to 12 bytes, else its first 4 and where it is.
                byte* cell = data + (16 * row);
                int length = *(int*)cell;
                texts[row] = Encoding.UTF8.GetString(length <= 12 ? cell + 4 : *(byte**)(cell + 8), length);
            }
        }

        return texts;
    }
}
