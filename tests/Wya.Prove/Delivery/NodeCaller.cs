using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Wya.Testing.Http;

namespace Wya.Prove.Delivery;

/// <summary>
/// One person's requests, to whichever node answers: what has no answer goes to the next one, unchanged, until there is
/// one. One request at a time.
/// </summary>
internal sealed class NodeCaller(IReadOnlyList<Uri> nodes, Neighbour person, int first = 0, TimeSpan? answerWithin = null) : IDisposable
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromMinutes(2);

    private readonly LeanApi[] apis = [.. nodes.Select(node => new LeanApi(node))];
    private int node = first % nodes.Count;

    public string Token { get; private set; } = person.Token;

    /// <summary>Requests sent once more.</summary>
    public int SentAgain { get; private set; }

    public async Task<JsonNode> Get(string path, CancellationToken ct) =>
        (await Until(() => LeanRequest.Prepare("GET", path, null, Token), ct)).Json!;

    /// <param name="request">With <see cref="Token"/>, which may be another one the next time.</param>
    /// <exception cref="RefusedException">The answer is a refusal that will not change.</exception>
    public async Task<LeanReply> Until(Func<byte[]> request, CancellationToken ct)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            LeanReply? reply = await Try(request(), ct);
            if (reply is { Status: >= 200 and < 300 })
            {
                return reply;
            }

            if (reply is { Status: 401 })
            {
                await SignInAgain(ct);
            }
            else if (reply is { Status: < 500 and not 429 })
            {
                throw new RefusedException(reply.Status, reply.Json?.ToJsonString() ?? "");
            }

            if (Stopwatch.GetElapsedTime(start) > GiveUpAfter)
            {
                throw new TimeoutException($"No answer within {GiveUpAfter}; the last was {reply?.Status.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"}: {reply?.Json?.ToJsonString()}");
            }

            SentAgain++;
            node = (node + 1) % apis.Length;
            await Task.Delay(10, ct);
        }
    }

    /// <summary>A new session, from any node.</summary>
    public async Task SignInAgain(CancellationToken ct)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                using var api = new LeanApi(nodes[(node + attempt) % nodes.Count]);
                Token = await Neighbours.SignIn(api, person.Handle, ct);
                return;
            }
            catch (Exception away) when (away is IOException or SocketException or RefusedException { Status: >= 500 or 429 } && attempt < 1_000)
            {
                await Task.Delay(20, ct);
            }
        }
    }

    public void Dispose()
    {
        foreach (LeanApi api in apis)
        {
            api.Dispose();
        }
    }

    /// <summary>Null when there was no answer.</summary>
    private async Task<LeanReply?> Try(byte[] request, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(answerWithin ?? AnswerWithin);
        try
        {
            return await apis[node].Ask(request, limit.Token);
        }
        catch (Exception away) when (away is IOException or SocketException || (away is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return null;
        }
    }
}
