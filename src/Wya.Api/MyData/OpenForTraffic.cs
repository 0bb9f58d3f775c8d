using Wya.Api.Http;

namespace Wya.Api.MyData;

/// <summary>Answers nothing but health until everybody who was ever erased is erased here too.</summary>
internal sealed class OpenForTraffic(RequestDelegate next, ReappliedErasures erasures)
{
    public Task InvokeAsync(HttpContext http) =>
        erasures.AreDone || http.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal) ? next(http) : Problems.Starting.ExecuteAsync(http);
}
