using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>
/// <c>revealed(domain, stream_id, token)</c> in SQL: what is sealed in a token, asked for when the question is, so that what
/// belonged to somebody who has been erased since is null, whenever the export was made. Some thousand tokens share a round trip
/// for their keys.
/// </summary>
internal sealed unsafe class RevealedValues : IAsyncDisposable
{
    private const int Varchar = 17;

    private readonly SubjectKeys keys;
    private readonly GCHandle self;

    private RevealedValues(SubjectKeys keys)
    {
        this.keys = keys;
        self = GCHandle.Alloc(this);
    }

    public static RevealedValues Register(Surroundings here, DuckDb database)
    {
        var keys = new SubjectKeys(
            Settings.Connection(here, KeysSchema.Name).ConnectionString, KeyRingArgument.Read(KeyRingArgument.Path(here, null)), here.Clock);
        var values = new RevealedValues(keys);
        nint text = DuckDbLibrary.CreateType(Varchar), function = DuckDbLibrary.CreateFunction();
        DuckDbLibrary.NameFunction(function, "revealed");
        for (int parameter = 0; parameter < 3; parameter++)
        {
            DuckDbLibrary.AddParameter(function, text);
        }

        DuckDbLibrary.SetReturnType(function, text);
        DuckDbLibrary.SetExtra(function, GCHandle.ToIntPtr(values.self), 0);
        DuckDbLibrary.SetFunction(function, &Called);
        int failed = DuckDbLibrary.RegisterFunction(database.Connection, function);
        DuckDbLibrary.DestroyFunction(ref function);
        DuckDbLibrary.DestroyType(ref text);
        return failed == 0 ? values : throw new DuckDbException("The function revealed cannot be registered.");
    }

    /// <summary>After the database that it is registered with.</summary>
    public ValueTask DisposeAsync()
    {
        self.Free();
        return keys.DisposeAsync();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Called(nint info, nint input, nint output)
    {
        try
        {
            ((RevealedValues)GCHandle.FromIntPtr(DuckDbLibrary.Extra(info)).Target!).Open(input, output);
        }
        catch (Exception failure) // nothing may be thrown into the library
        {
            DuckDbLibrary.SetError(info, failure is KeysUnavailableException or KeyRingException ? failure.Message : Failures.Sentence(failure));
        }
    }

    private void Open(nint input, nint output)
    {
        int rows = (int)DuckDbLibrary.ChunkSize(input);
        string?[] domains = DuckDbRows.Texts(DuckDbLibrary.Vector(input, 0), rows), streams = DuckDbRows.Texts(DuckDbLibrary.Vector(input, 1), rows);
        string?[] tokens = DuckDbRows.Texts(DuckDbLibrary.Vector(input, 2), rows), opened = new string?[rows];
        foreach (IGrouping<string, int> domain in Enumerable.Range(0, rows).Where(row => domains[row] is not null && tokens[row] is not null).GroupBy(row => domains[row]!))
        {
            List<(int Row, SealedToken Token, Guid Stream)> asked = [];
            foreach (int row in domain)
            {
                if (SealedToken.TryParse(tokens[row], out SealedToken? token) && !token.IsErased && Guid.TryParse(streams[row], out Guid stream))
                {
                    asked.Add((row, token, stream));
                }
            }

            OpenedToken[] answers = new EventSeals(domain.Key, keys).OpenAll([.. asked.Select(one => (one.Token, one.Stream))]).GetAwaiter().GetResult();
            for (int i = 0; i < answers.Length; i++)
            {
                opened[asked[i].Row] = answers[i].Json is { } json ? Text(json) : null;
            }
        }

        Write(output, opened);
    }

    private static string Text(byte[] json)
    {
        using JsonDocument value = JsonDocument.Parse(json);
        return value.RootElement.ValueKind == JsonValueKind.String ? value.RootElement.GetString()! : value.RootElement.GetRawText();
    }

    private static void Write(nint vector, string?[] texts)
    {
        DuckDbLibrary.MakeValidityWritable(vector);
        ulong* valid = DuckDbLibrary.Validity(vector);
        for (int row = 0; row < texts.Length; row++)
        {
            if (texts[row] is not { } text)
            {
                valid[row / 64] &= ~(1UL << (row % 64));
                continue;
            }

            byte[] bytes = Encoding.UTF8.GetBytes(text);
            fixed (byte* first = bytes)
            {
                DuckDbLibrary.AssignText(vector, (ulong)row, first, (ulong)bytes.Length);
            }
        }
    }
}
