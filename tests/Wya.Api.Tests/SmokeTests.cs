using System.Net.Http.Json;
using Xunit;

namespace Wya.Api.Tests;

public sealed class SmokeTests(ITestOutputHelper output)
{
    [Fact]
    public async Task It_starts()
    {
        await using ApiHost api = await ApiHost.Start();
        async Task Show(HttpResponseMessage r) => output.WriteLine($"{(int)r.StatusCode} {r.RequestMessage!.RequestUri} {r.Headers} {r.Content.Headers}\n{await r.Content.ReadAsStringAsync()}\n");
        await Show(await api.Anonymous.GetAsync("/health"));
        await Show(await api.Anonymous.GetAsync("/"));
        await Show(await api.Anonymous.PostAsJsonAsync("/development/tokens", new { handle = "operator" }));
        await Show(await api.Anonymous.GetAsync("/docs/index.html"));
        await Show(await api.Anonymous.GetAsync("/docs/index.js"));
        await File.WriteAllTextAsync("/tmp/openapi.json", await api.Anonymous.GetStringAsync("/openapi/v1.json"));
        await Show(await api.Anonymous.GetAsync("/schemas"));
        await Show(await api.Anonymous.GetAsync("/schemas/user.suspended/1"));
        await Show(await api.Anonymous.GetAsync("/problems/under-age"));
        await Show(await api.Anonymous.GetAsync("/nope"));
        await Show(await api.Anonymous.PostAsync("/users", null));
        output.WriteLine(api.Log.Text);
    }
}
